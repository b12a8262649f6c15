import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../dialects/index.ts';
import { openSqlite } from '../dialects/sqlite.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { TABLES } from './tables.ts';

/** What the first line of a backup says. */
export const FORMAT = 'broadsheet-backup-1';
/** Rows read at a time; memory stays flat. */
const PAGE = 1_000;

/**
 * Writes the whole store into one file that `restore` reads into either kind of store. Safe while the site serves: it is
 * one consistent moment. The file appears only when it is complete.
 */
export async function backup(
  database: Database,
  file: string,
  { onRows }: { onRows?: (rows: number) => void } = {},
): Promise<number> {
  const partial = `${file}.partial`;
  let rows = 0;
  const counting = (n: number) => {
    rows += n;
    onRows?.(rows);
  };
  try {
    await snapshot(database, (db) =>
      pipeline(
        Readable.from(lines(db, counting)),
        createGzip({ level: 5 }),
        createWriteStream(partial, { mode: 0o600 }),
      ),
    );
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return rows;
}

/** Runs `work` on one unchanging view of the store, without keeping writers waiting. */
async function snapshot(database: Database, work: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
  if (database.name === 'postgres') {
    await database.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
    return;
  }
  // A connection of its own: the site's only one must stay free for the site.
  const reader = openSqlite(database.location);
  try {
    await reader.db.connection().execute(async (db) => {
      await sql`begin`.execute(db);
      // A deferred transaction takes its view with its first read.
      await db.selectFrom('setting').select('key').limit(1).execute();
      await work(db);
      await sql`commit`.execute(db);
    });
  } finally {
    await reader.close();
  }
}

async function* lines(db: Kysely<Schema>, onRows: (rows: number) => void): AsyncIterable<string> {
  const hash = createHash('sha256');
  let rows = 0;
  const written = (value: unknown) => {
    const line = `${JSON.stringify(value)}\n`;
    hash.update(line);
    return line;
  };
  yield written({ format: FORMAT, migrations: Object.keys(migrations) });
  for (const { name, order } of TABLES) {
    for await (const page of pagesOf(db, name, order)) {
      rows += page.length;
      yield page.map((row) => written({ t: name, r: row })).join('');
      onRows(page.length);
    }
  }
  yield `${JSON.stringify({ end: true, rows, sha256: hash.digest('hex') })}\n`;
}

/** Pages a table by its key, so that no page costs more than the first. */
async function* pagesOf(db: Kysely<Schema>, table: string, order: string[]): AsyncIterable<Record<string, unknown>[]> {
  const columns = sql.join(order.map((name) => sql.ref(name)));
  let last: Record<string, unknown> | undefined;
  for (;;) {
    const after: Record<string, unknown> | undefined = last;
    const where = after ? sql`where (${columns}) > (${sql.join(order.map((name) => sql.val(after[name])))})` : sql``;
    const { rows } = await sql<
      Record<string, unknown>
    >`select * from ${sql.table(table)} ${where} order by ${columns} limit ${sql.lit(PAGE)}`.execute(db);
    if (rows.length === 0) return;
    yield rows;
    last = rows.at(-1);
  }
}
