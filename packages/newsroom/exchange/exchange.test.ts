import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { storesUnderTest, temporarySqlite } from '@broadsheet/database/testing';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { closeDueEditions, loadFeed, resolveFeed } from '../editions/index.ts';
import { atomFeed, dailyItem, oaiPage } from '../sources/testing/recorded.ts';
import { hostOn } from '../testing/host.ts';
import { killed, spoken } from '../testing/processes.ts';
import { setVote } from '../votes/index.ts';
import { exportLines, importFiles, seedSite } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-exchange-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let database: Awaited<ReturnType<typeof temporarySqlite>>;
let host: Awaited<ReturnType<typeof hostOn>>;
beforeEach(async () => {
  database = await temporarySqlite();
  host = await hostOn(database);
});
afterEach(() => database.dispose());

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const line = (id: string, fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    id,
    day: '2026-01-12',
    title: `A paper called ${id}`,
    abstract: 'Words of our own.',
    authors: ['Ada Löwe'],
    ...fields,
  });
const keys = async (on = host) =>
  (await on.database.db.selectFrom('paper').select('arxiv_id').orderBy('arxiv_id').execute()).map((p) => p.arxiv_id);

describe('import', () => {
  test.for([
    ['NDJSON', 'a.ndjson', `${line('2601.00001')}\n${line('2601.00002')}\n`],
    ['gzip under a wrong name', 'b.txt', gzipSync(`${line('2601.00001')}\n${line('2601.00002')}\n`)],
    ['the API’s array', 'c.json', JSON.stringify([dailyItem('2601.00001'), dailyItem('2601.00002')])],
    ['Atom', 'd.xml', atomFeed([{ id: '2601.00001' }, { id: '2601.00002' }])],
    ['OAI-PMH, gzipped', 'e.xml.gz', gzipSync(oaiPage(['2601.00001', '2601.00002']))],
  ] as const)('%s is read, and reading it again changes nothing', async ([, name, content]) => {
    const path = file(name, content);
    expect(await importFiles(host, [path])).toMatchObject({ created: 2, faults: [] });
    expect(await importFiles(host, [path])).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
    expect(await keys()).toEqual(['2601.00001', '2601.00002']);
  });

  test('counts and votes make a line a feature of its day; without them the day only lists it', async () => {
    const path = file(
      'f.ndjson',
      `${line('2601.00001', { upvotes: 7, comments: 2, github: 'https://github.com/ada/maps', stars: 5, submitter: 'somebody' })}\n${line('2601.00002')}\n`,
    );
    await importFiles(host, [path]);
    const feed = await loadFeed(host, { window: { kind: 'day', day: '2026-01-12' }, order: 'top', filters: {} });
    expect(feed.entries).toMatchObject([
      { key: '2601.00001', votes: 7, comments: 2, repository: { name: 'ada/maps', stars: 5 } },
    ]);
    expect(JSON.stringify(await database.db.selectFrom('paper').selectAll().execute())).not.toContain('somebody');
  });

  test('where a paper is in two files with two days, the featured day is the edition’s', async () => {
    await importFiles(host, [
      file('g1.ndjson', `${line('2601.00001', { day: '2026-01-08' })}\n`),
      file('g2.ndjson', `${line('2601.00001', { day: '2026-01-12', upvotes: 1 })}\n`),
    ]);
    expect(await database.db.selectFrom('feature').select('day').execute()).toEqual([{ day: '2026-01-12' }]);
  });

  test('a bad record is reported with file and line and skipped; the rest is kept', async () => {
    const path = file(
      'h.ndjson',
      [
        line('2601.00001'),
        '{"id": broken',
        line('2601.00002', { title: 7 }),
        '"a string"',
        line('nonsense'),
        '',
        line('2601.00003'),
      ].join('\n'),
    );
    const report = await importFiles(host, [path]);
    expect(await keys()).toEqual(['2601.00001', '2601.00003']);
    expect(report.faults.map((f) => [f.file, f.line])).toEqual([
      [path, 2],
      [path, 3],
      [path, 4],
      [path, 5],
    ]);
    expect(report.faults[1].reason).toContain('title');
    expect(report.faults[3].reason).toContain('"nonsense" is no arXiv identifier');
  });

  test.for([
    [
      'truncated gzip',
      gzipSync(
        Array.from({ length: 3_000 }, (_, i) =>
          line(`2601.${String(i).padStart(5, '0')}`, { note: Math.random() }),
        ).join('\n'),
      ).subarray(0, 20_000),
    ],
    ['binary junk', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251))],
    ['a line of twelve megabytes', `{"title":"${'x'.repeat(12 * 1024 * 1024)}"}\n`],
    ['an array that ends too early', '[{"paper":'],
    ['XML that ends too early', atomFeed([{ id: '2601.00001' }]).slice(0, 300)],
    ['nothing at all', ''],
  ] as const)('%s is a fault, never a crash', async ([name, content]) => {
    const report = await importFiles(host, [file('bad', content)]);
    expect(report.faults.length > 0 || name === 'nothing at all').toBe(true);
  });

  test('a file that is not there is a fault that names it', async () => {
    const report = await importFiles(host, [join(folder, 'missing.ndjson')]);
    expect(report.faults[0].reason).toContain('ENOENT');
  });

  test('killed twenty times, an import keeps what it acknowledged and ends like an uninterrupted one', async () => {
    const ids = Array.from({ length: 6_000 }, (_, i) => `2601.${String(i + 1).padStart(5, '0')}`);
    const path = file(
      'big.ndjson.gz',
      gzipSync(
        ids
          .map((id, i) =>
            line(id, { authors: [`Author ${i % 900}`, 'Ada Löwe'], categories: ['cs.LG'], upvotes: i % 9 }),
          )
          .join('\n'),
      ),
    );
    for (let kill = 0; kill < 20; kill++) {
      const child = fork(new URL('./testing/importing-process.ts', import.meta.url), [database.location, path], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      let acknowledged = 0;
      child.on('message', (read) => {
        acknowledged = Number(read);
      });
      await spoken(child);
      await new Promise((resolve) => setTimeout(resolve, (kill * 37) % 160));
      await killed(child);
      const stored = await database.db
        .selectFrom('paper')
        .select((s) => s.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      expect(Number(stored.n)).toBeGreaterThanOrEqual(acknowledged);
      // Half a paper would have no people or no alias.
      const halves = await database.db
        .selectFrom('paper as p')
        .leftJoin('paper_author as a', 'a.paper_id', 'p.id')
        .select('p.id')
        .where('a.paper_id', 'is', null)
        .execute();
      expect(halves).toEqual([]);
    }
    await importFiles(host, [path]);
    const other = await temporarySqlite();
    const fresh = await hostOn(other);
    await importFiles(fresh, [path]);
    const rows = async (on: typeof host) =>
      on.database.db
        .selectFrom('paper')
        .select(['arxiv_id', 'title', 'imported_votes', 'authors_json', 'listed_on'])
        .orderBy('arxiv_id')
        .execute();
    expect(await rows(host)).toEqual(await rows(fresh));
    await other.dispose();
  }, 120_000);
});

describe('export', () => {
  for (const store of storesUnderTest) {
    test.skipIf(store.skip)(
      `a site exported and imported into an empty one on ${store.name} shows the same pages`,
      async () => {
        const lines = Array.from({ length: 30 }, (_, i) =>
          line(`2601.000${String(i + 10)}`, {
            upvotes: (i * 7) % 11,
            comments: i % 3,
            github: i % 2 ? `ada/repo${i}` : undefined,
            stars: i % 2 ? i : undefined,
            categories: ['cs.LG', 'stat.ML'],
            keywords: ['maps'],
            organization: i % 4 ? undefined : 'Ünï Lab',
          }),
        );
        await importFiles(host, [
          file(
            'site.ndjson',
            [
              ...lines,
              line('2601.00099', { day: '2026-01-14', upvotes: 3 }),
              line('2601.00100', { abstract: '$x^2$ & <b>', title: 'An unlisted paper with 数学 in it' }),
            ].join('\n'),
          ),
        ]);
        await closeDueEditions(host);
        const { id: readerId } = await localReader(host);
        for (const paperKey of ['2601.00012', '2601.00099', '2601.00100'])
          await setVote(host, { readerId, paperKey, on: true });
        const all: string[] = [];
        for await (const exported of exportLines(host)) all.push(exported);
        expect(all.join('')).not.toContain('"You"');
        const target = await store.open();
        const other = await hostOn(target);
        expect(await importFiles(other, [file('export.ndjson', all.join(''))])).toMatchObject({ faults: [] });
        await closeDueEditions(other);
        for (const address of [
          '/',
          '/papers/date/2026-01-12',
          '/papers/week/2026-W03',
          '/papers/month/2026-01',
          '/papers/trending',
          '/papers/new',
          '/categories/stat.ML',
          '/organizations/uni-lab',
          '/authors/ada-lowe',
        ]) {
          expect(await shown(other, address), address).toEqual(await shown(host, address));
        }
        await target.dispose();
      },
    );
  }
});

async function shown(on: typeof host, address: string) {
  const asked = resolveFeed(address, new URLSearchParams());
  if (asked?.kind !== 'feed') throw new Error(`${address} is no feed`);
  const feed = await loadFeed(on, asked.query);
  return {
    title: feed.title,
    total: feed.total,
    edition: feed.edition,
    // Numbers of rows and whose vote it was belong to one site.
    papers: feed.entries
      .map(({ id: _id, voted: _voted, ...entry }) => entry)
      .sort((a, b) => (address === '/papers/new' ? (a.key < b.key ? -1 : 1) : 0))
      .map(({ rank: _rank, ...entry }) => entry),
  };
}

describe('the first start', () => {
  test('fills an empty site with closed editions and edition zero, once', async () => {
    expect(existsSync(new URL('../../../data/almanac.ndjson.gz', import.meta.url))).toBe(true);
    host.setNow(Date.parse('2026-11-24T12:00:00Z'));
    expect(await seedSite(host)).toEqual({ seeded: true });
    const editions = await database.db.selectFrom('edition').selectAll().orderBy('day').execute();
    expect(editions.length).toBeGreaterThan(400);
    expect(editions.every((e, i) => e.number === i + 1 && e.closed_at !== null)).toBe(true);
    const zero = await loadFeed(host, { window: { kind: 'edition-zero' }, order: 'top', filters: {} });
    expect(zero.entries.map((e) => e.key)).toEqual([
      '2310.08513',
      '2411.14961',
      '2502.20158',
      '2410.06535',
      '2511.07669',
    ]);
    expect(zero.entries.every((e) => e.summary?.by === 'Broadsheet')).toBe(true);
    // The papers of the almanac come with their topics.
    const rows = database.db.selectFrom('topic_assignment').where('topic_id', 'is not', null);
    const { assigned } = await rows.select((s) => s.fn.countAll<number>().as('assigned')).executeTakeFirstOrThrow();
    expect(Number(assigned)).toBeGreaterThan(6_000);
    expect(await seedSite(host)).toEqual({ seeded: false });
  }, 60_000);
});
