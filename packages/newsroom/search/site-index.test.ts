import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forkOnStore, temporarySqlite } from '@broadsheet/database/testing';
import { SearchIndex } from '@broadsheet/search-index';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergeRecords } from '../papers/index.ts';
import { hostOn } from '../testing/host.ts';
import { killed, spoken } from '../testing/processes.ts';
import { loadSearchOrFeed, readySiteIndex, siteIndex } from './index.ts';

describe('the index of a site in its file', () => {
  let dataDir: string;
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  const file = () => join(dataDir, 'search-index.bin');
  const open = () => hostOn(database, { dataDir });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-index-'));
    database = await temporarySqlite();
    await add(1, 40);
  });
  afterEach(async () => {
    await database.dispose();
    // The thread may still be writing there.
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  async function add(first: number, count: number): Promise<void> {
    const records = Array.from({ length: count }, (_, i) => ({
      source: 'test',
      arxivId: `2601.${String(first + i).padStart(5, '0')}`,
      title: `Number ${first + i} of the lattices`,
      abstract: 'Lattices are drawn. '.repeat(20),
      authors: ['Ada Löwe'],
    }));
    await mergeRecords(database, records, { now: 0, today: '2026-01-01' });
  }
  const found = async (host: Awaited<ReturnType<typeof open>>, text: string) => {
    await readySiteIndex(host);
    const query = { window: { kind: 'all' as const }, order: 'top' as const, filters: { text } };
    return (await loadSearchOrFeed(host, query)).total;
  };
  const saved = async () => {
    await expect.poll(() => readdirSync(dataDir)).toContain('search-index.bin');
    await readySiteIndex(await open());
  };

  test('is opened at the next start, and what changed since is read', async () => {
    expect(await found(await open(), 'lattices')).toBe(40);
    await saved();
    const written = statSync(file()).mtimeMs;
    await add(41, 5);
    const host = await open();
    expect(await found(host, 'lattices')).toBe(45);
    expect(statSync(file()).mtimeMs).toBe(written);
    expect(siteIndex(host).index.segments.length).toBe(2);
  });

  test.for([
    ['cut off', () => truncateSync(file(), 1_000)],
    ['empty', () => writeFileSync(file(), '')],
    ['of something else', () => writeFileSync(file(), 'SQLite format 3\u0000 and so on, for long enough to be one')],
    ['of an earlier version', () => change(4)],
    ['of another store', () => writeFileSync(file(), Buffer.concat(SearchIndex.of([], 3).save('another')))],
    ['damaged within', () => change(statSync(file()).size - 100)],
  ] as const)('when the file is %s it is built anew, and good again afterwards', async ([, harm]) => {
    await readySiteIndex(await open());
    await saved();
    const before = readFileSync(file());
    harm();
    expect(await found(await open(), 'lattices')).toBe(40);
    await expect.poll(() => readFileSync(file()).equals(before)).toBe(true);
  });

  function change(at: number): void {
    const bytes = readFileSync(file());
    bytes[at] ^= 1;
    writeFileSync(file(), bytes);
  }

  test('of a store that was put back to an earlier state, it is built anew', async () => {
    await add(41, 1);
    await readySiteIndex(await open());
    await saved();
    await database.db.updateTable('sequence').set({ value: 1 }).where('name', '=', 'change').execute();
    await database.db.deleteFrom('paper').where('id', '>', 10).execute();
    await database.db.updateTable('paper').set({ changed_seq: 1 }).execute();
    expect(await found(await open(), 'lattices')).toBe(10);
  });

  test('where nothing can be written, searches are answered all the same', async () => {
    const host = await hostOn(database, { dataDir: join('/dev/full', 'data') });
    expect(await found(host, 'lattices')).toBe(40);
    await add(41, 1);
    await host.contentChanged();
    expect(await found(host, 'lattices')).toBe(41);
  });

  test('where the disk takes no more of the index, that is said, the file before stays, and searches are answered', async () => {
    await readySiteIndex(await open());
    await saved();
    const before = readFileSync(file());
    await add(1_000, 3_000);
    // The kernel refuses what goes beyond these 128 blocks in the midst of writing, as it does on a full disk.
    const limited = { execPath: '/bin/sh', execArgv: ['-c', 'ulimit -f 128; exec "$0" "$@"', process.execPath] };
    const script = new URL('./testing/following-process.ts', import.meta.url);
    const child = forkOnStore(script, database, { INDEX_DIR: dataDir }, limited);
    const [told] = await once(child, 'message');
    expect(told).toMatchObject({ total: 3_040, notes: [] });
    expect(told.warnings).toEqual([expect.stringContaining('EFBIG')]);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(readdirSync(dataDir)).toEqual(['search-index.bin']);
    expect(readFileSync(file()).equals(before)).toBe(true);
    expect(await found(await open(), 'lattices')).toBe(3_040);
  }, 30_000);

  test('a process that is killed while it indexes leaves nothing that harms, and its parts are removed', async () => {
    await add(1_000, 3_000);
    const child = forkOnStore(new URL('./testing/indexing-process.ts', import.meta.url), database, {
      INDEX_DIR: dataDir,
    });
    await spoken(child);
    await killed(child);
    writeFileSync(`${file()}.${child.pid}-0123abcd.part`, 'half of it');
    expect(await found(await open(), 'lattices')).toBe(3_040);
    await saved();
    await expect.poll(() => readdirSync(dataDir), { timeout: 10_000 }).toEqual(['search-index.bin']);
  });

  test('two processes follow the same store, each at its own pace', async () => {
    const [a, b] = [await open(), await open()];
    expect(await found(a, 'lattices')).toBe(40);
    await add(41, 1);
    expect(await found(b, 'lattices')).toBe(41);
    await database.db.deleteFrom('paper').where('arxiv_id', '=', '2601.00001').execute();
    await database.db
      .insertInto('removed_paper')
      .values({ id: 1, short_id: 'x', merged_into: null, changed_seq: 1_000 })
      .execute();
    await database.db.updateTable('sequence').set({ value: 1_000 }).where('name', '=', 'change').execute();
    expect(await found(a, 'lattices')).toBe(40);
    expect(await found(b, 'lattices')).toBe(40);
  });
});
