/**
 * Fifty clients at once that vote and take back, each answer awaited before the next is sent: all on one paper, then each
 * on any of 1,000 papers. Afterwards every vote that was acknowledged is looked for in the store, none may be there twice,
 * and counts and audit must add up to the votes. The peer answers the same requests over HTTP with nothing but one
 * statement that inserts or deletes a row, on the same kind of store.
 *
 *   node benchmarks/votes/run.ts [sqlite|postgres] [SECONDS]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createToken } from '../../packages/newsroom/accounts/index.ts';
import { type Host, openHost, parseSettings } from '../../packages/newsroom/host/index.ts';
import { mergeRecords } from '../../packages/newsroom/papers/index.ts';

const CLIENTS = 50;
const PAPERS = 1_000;
const MONTH_MS = 30 * 86_400_000;
const kind = process.argv[2] === 'postgres' ? 'postgres' : 'sqlite';
const seconds = Number(process.argv[3] ?? 60);

interface Client {
  id: number;
  token: string;
  /** What the site last acknowledged, by paper. */
  acknowledged: Map<string, boolean>;
}

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-votes-'));
const database = kind === 'postgres' ? await freshDatabase() : undefined;
const port = await freePort();
const settings = parseSettings(
  {
    ...{ BROADSHEET_LOG_LEVEL: 'silent', BROADSHEET_PULL: 'false', BROADSHEET_MODE: 'accounts' },
    ...{ BROADSHEET_BASE_URL: `http://127.0.0.1:${port}`, DATABASE_URL: database?.url },
  },
  { dataDir: folder },
);
const host = await openHost(settings);
const papers = await addPapers(host);
const clients = await addClients(host);
const main = new URL('../../apps/cli/bin/broadsheet.mjs', import.meta.url).pathname;
const site = spawn(process.execPath, [main, 'serve', '--port', String(port), '--data', folder], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    ...{ BROADSHEET_LOG_LEVEL: 'error', BROADSHEET_PULL: 'false', BROADSHEET_MODE: 'accounts' },
    ...{ BROADSHEET_BASE_URL: settings.baseUrl, DATABASE_URL: settings.databaseUrl ?? '' },
  },
});
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
try {
  await untilReady(`http://127.0.0.1:${port}/status`);
  for (const [name, among] of [
    ['one paper', papers.slice(0, 1)],
    [`${PAPERS.toLocaleString('en')} papers`, papers],
  ] as const) {
    await run(port, among, 2);
    const before = await cpuOf(port);
    const ours = await run(port, among, seconds);
    const cpuMs = (await cpuOf(port)) - before;
    const peer = await withPeer(host, (at) => run(at, among, Math.max(2, seconds / 4), false));
    const faults = await check(host);
    console.log(
      `${kind}, ${CLIENTS} clients on ${name}, ${seconds} s: ${ours.answers} votes, ${told(ours, seconds)} (p95 at most 50), ${(cpuMs / (ours.answers * 1.1)).toFixed(2)} ms of processor a vote; bare statement ${told(peer, Math.max(2, seconds / 4))}; lost, double or miscounted: ${faults}`,
    );
  }
} finally {
  site.kill();
  await new Promise((resolve) => site.once('exit', resolve));
  agent.destroy();
  await host.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
}

interface Timing {
  answers: number;
  latencies: number[];
}

function told({ answers, latencies }: Timing, during: number): string {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `${Math.round(answers / during)}/s, p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} ms`;
}

/** Each client flips a vote, waits for the answer, and flips the next; every tenth is sent again, as a retry is. */
async function run(at: number, among: readonly string[], during: number, isOurs = true): Promise<Timing> {
  const end = performance.now() + during * 1_000;
  const latencies: number[] = [];
  await Promise.all(
    clients.map(async (client, c) => {
      for (let n = 0; performance.now() < end; n++) {
        const paper = among[(c * 7_919 + n * 104_729) % among.length];
        const on = !(client.acknowledged.get(paper) ?? false);
        const begun = performance.now();
        await vote(at, client, paper, on);
        latencies.push(performance.now() - begun);
        if (isOurs) client.acknowledged.set(paper, on);
        if (n % 10 === 0) await vote(at, client, paper, on);
      }
    }),
  );
  return { answers: latencies.length, latencies };
}

function vote(at: number, client: Client, paper: string, on: boolean): Promise<void> {
  const body = JSON.stringify({ paper, on });
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port: at, path: '/api/votes', method: 'POST', agent },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${client.token}`,
          'x-reader': client.id,
        },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part) => {
          text += part;
        });
        answer.on('end', () => {
          if (answer.statusCode === 200 && JSON.parse(text).voted === on) resolve();
          else reject(new Error(`${answer.statusCode} ${text}`));
        });
      },
    );
    sent.on('error', reject).end(body);
  });
}

/** What was acknowledged and is not stored, is stored and was not, or does not add up. */
async function check({ database: { db } }: Host): Promise<number> {
  const stored = await db
    .selectFrom('vote as v')
    .innerJoin('paper as p', 'p.id', 'v.paper_id')
    .select(['v.reader_id', 'p.arxiv_id', 'v.standing'])
    .execute();
  const there = new Set(stored.map((row) => `${row.reader_id} ${row.arxiv_id}`));
  const wanted = new Set(
    clients.flatMap((c) => [...c.acknowledged].filter(([, on]) => on).map(([paper]) => `${c.id} ${paper}`)),
  );
  let faults = stored.length - there.size + stored.filter((row) => row.standing !== 'counted').length;
  for (const key of wanted) if (!there.has(key)) faults += 1;
  for (const key of there) if (!wanted.has(key)) faults += 1;
  const { rows } = await sql<{ wrong: number }>`select count(*) as wrong from paper p where p.reader_votes
    != (select count(*) from vote v where v.paper_id = p.id) or p.reader_votes
    != (select coalesce(sum(e.step), 0) from vote_event e where e.paper_id = p.id)`.execute(db);
  return faults + Number(rows[0].wrong);
}

/** A server that does nothing for a vote but to insert or delete its row, each in a transaction of its own. */
async function withPeer<T>({ database: { db } }: Host, work: (at: number) => Promise<T>): Promise<T> {
  await sql`create table bare_vote (reader_id bigint, paper text, primary key (reader_id, paper))`.execute(db);
  const server = createServer((asked, answer) => {
    let text = '';
    asked.setEncoding('utf8');
    asked.on('data', (part) => {
      text += part;
    });
    asked.on('end', async () => {
      const { paper, on } = JSON.parse(text);
      const reader = Number(asked.headers['x-reader']);
      if (on) await sql`insert into bare_vote values (${reader}, ${paper}) on conflict do nothing`.execute(db);
      else await sql`delete from bare_vote where reader_id = ${reader} and paper = ${paper}`.execute(db);
      answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ voted: on }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
    await sql`drop table bare_vote`.execute(db);
  }
}

async function addPapers({ database: store }: Host): Promise<string[]> {
  const keys = Array.from({ length: PAPERS }, (_, i) => `2601.${String(i + 1).padStart(5, '0')}`);
  const records = keys.map((arxivId) => ({ source: 'bench', arxivId, title: `A paper called ${arxivId}` }));
  await mergeRecords(store, records, { now: Date.now(), today: '2026-01-15' });
  return keys;
}

/** Readers with accounts a month old, whose votes nobody needs to review. */
async function addClients({ database: { db } }: Host): Promise<Client[]> {
  const made: Client[] = [];
  const at = Date.now() - MONTH_MS;
  for (let i = 0; i < CLIENTS; i++) {
    const row = { kind: 'account', name: `client ${i}`, role: 'reader', created_at: at, confirmed_at: at };
    const { id } = await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow();
    const outcome = await createToken(db, id, { name: 'bench', scopes: ['vote'], now: Date.now() });
    if (!('token' in outcome)) throw new Error(outcome.refused);
    made.push({ id, token: outcome.token, acknowledged: new Map() });
  }
  return made;
}

async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = process.env.BROADSHEET_TEST_POSTGRES;
  if (!server) throw new Error('BROADSHEET_TEST_POSTGRES is not set; it names a PostgreSQL server for this.');
  const { default: pg } = await import('pg');
  const name = `votes_${process.pid}_${Date.now()}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

/** The search index is made beside the pages of a new site; nothing is timed before it is there. */
async function untilReady(url: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const page = await fetch(url).then(
      (answer) => answer.text(),
      () => '',
    );
    if (page.includes('ready,')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} did not come up`);
}

/** Processor time that the site has used, in milliseconds: what a vote costs, however busy the machine is. */
async function cpuOf(at: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${at}/metrics`)).text();
  return Number(/^process_cpu_seconds_total ([\d.]+)/m.exec(metrics)?.[1]) * 1_000;
}
