/**
 * Import of the 47,919 papers of the firehose against a bare insert of the very same rows into the same store: same
 * tables and indexes, same number of commits; the peer neither reads a file nor looks anything up.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { insertMany, transaction } from '../../packages/database/index.ts';
import { temporaryPostgres, temporarySqlite } from '../../packages/database/testing.ts';
import { importFiles } from '../../packages/newsroom/exchange/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { median, summary } from '../statistics.ts';

const ROUNDS = 3;
/** Papers in one commit, as the import has it. */
const BATCH = 500;
/** As `broadsheet import` starts itself. */
const LIMITS = ['--max-old-space-size=150', '--max-semi-space-size=8'];
const TABLES = ['author', 'paper', 'paper_alias', 'paper_author', 'paper_category'] as const;

const corpus = process.env.BROADSHEET_CORPUS;
if (!corpus) throw new Error('BROADSHEET_CORPUS is not set; it names the folder with firehose.ndjson.gz.');
const firehose = join(corpus, 'firehose.ndjson.gz');
const kind = process.argv[2] === 'postgres' ? 'postgres' : 'sqlite';
const open = kind === 'postgres' ? () => temporaryPostgres() : () => temporarySqlite();

const rows = await rowsOfAnImport();
const ours: number[] = [];
const bare: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  bare.push(await timed(bareInsert));
  ours.push(await timed(ourImport));
}
console.log(
  `${kind}: import ${summary(ours)} s, bare insert ${summary(bare)} s, ratio ${(median(ours) / median(bare)).toFixed(2)} (at most 3)`,
);
console.log(`peak resident memory of an importing process: ${await peakMemory()} MiB (at most 300)`);

async function rowsOfAnImport(): Promise<Map<string, Record<string, unknown>[]>> {
  const database = await temporarySqlite();
  await importFiles(await hostOn(database), [firehose]);
  const all = new Map<string, Record<string, unknown>[]>();
  for (const table of TABLES)
    all.set(table, (await database.db.selectFrom(table).selectAll().execute()) as Record<string, unknown>[]);
  await database.dispose();
  return all;
}

async function timed(work: (database: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<number> {
  const database = await open();
  const startedAt = performance.now();
  await work(database);
  const seconds = (performance.now() - startedAt) / 1000;
  await database.dispose();
  return seconds;
}

async function ourImport(database: Awaited<ReturnType<typeof open>>): Promise<void> {
  await importFiles(await hostOn(database), [firehose]);
}

async function bareInsert(database: Awaited<ReturnType<typeof open>>): Promise<void> {
  const papers = rows.get('paper')?.length ?? 0;
  const commits = Math.ceil(papers / BATCH);
  // Parents first, so that no row names one that is not there yet: an equal share of each table in each commit would
  // break the foreign keys, so the tables follow each other, in as many commits as the import makes in all.
  for (const table of TABLES) {
    const list = rows.get(table) ?? [];
    const share = Math.ceil((list.length * TABLES.length) / commits);
    for (let at = 0; at < list.length; at += share) {
      await transaction(database, (db) => insertMany(database, db, table, list.slice(at, at + share) as never));
    }
  }
}

function peakMemory(): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./importing.ts', import.meta.url), [firehose], { execArgv: LIMITS });
    child.on('message', (peak) => resolve(Number(peak)));
    child.on('error', reject);
  });
}
