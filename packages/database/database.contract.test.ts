import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  backup,
  bumpSequence,
  type Database,
  followContentVersion,
  insertMany,
  migrate,
  RestoreError,
  readSequence,
  restore,
  transaction,
} from './index.ts';
import { storesUnderTest } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`store on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Awaited<ReturnType<typeof store.open>>;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database?.dispose());

    test('migrating twice changes nothing', async () => {
      expect(await migrate(database)).toEqual([]);
    });

    test('numbers of a sequence rise by one, also when asked at once', async () => {
      const taken = await Promise.all(
        Array.from({ length: 20 }, () => transaction(database, (db) => bumpSequence(db, 'numbers'))),
      );
      expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(await readSequence(database.db, 'numbers')).toBe(20);
    });

    test('a transaction that throws leaves nothing behind', async () => {
      const failing = transaction(database, async (db) => {
        await db.insertInto('setting').values({ key: 'half', value_json: '1' }).execute();
        throw new Error('stop');
      });
      await expect(failing).rejects.toThrow('stop');
      expect(await database.db.selectFrom('setting').selectAll().where('key', '=', 'half').execute()).toEqual([]);
    });

    test('a paper cannot be voted for twice by one reader: the store itself refuses', async () => {
      await addPaper(database, 'v1');
      const reader = await database.db
        .insertInto('reader')
        .values({ kind: 'local', name: 'You', role: 'admin', created_at: 0 })
        .returning('id')
        .executeTakeFirstOrThrow();
      const vote = { reader_id: reader.id, paper_id: await paperId(database, 'v1'), cast_at: 1 };
      await database.db.insertInto('vote').values(vote).execute();
      await expect(database.db.insertInto('vote').values(vote).execute()).rejects.toThrow();
    });

    test('text is ordered by code point on both stores', async () => {
      for (const slug of ['b', 'B', 'ä', 'a-b', 'a'])
        await database.db
          .insertInto('author')
          .values({ slug: `order ${slug}`, name: slug })
          .execute();
      const rows = await database.db
        .selectFrom('author')
        .select('name')
        .where('slug', 'like', 'order %')
        .orderBy('slug')
        .execute();
      expect(rows.map((row) => row.name)).toEqual(['B', 'a', 'a-b', 'b', 'ä']);
    });

    test('the content version shows a change within a second', async () => {
      const version = await followContentVersion(database);
      const before = version.current();
      await transaction(database, (db) => bumpSequence(db, 'change'));
      await expect.poll(() => version.current(), { timeout: 2_000 }).toBe(before + 1);
      version.stop();
    });

    test('a backup holds every row and moves to the other kind of store and back unchanged', async () => {
      await addPaper(database, 'Ünïcödé 数学', '日本語\n"quotes" and \\slashes');
      const first = join(folder, `${store.name}-1.backup`);
      const rows = await backup(database, first);
      expect(rows).toBeGreaterThan(5);
      for (const other of storesUnderTest.filter((s) => !s.skip)) {
        const target = await other.open();
        expect(await restore(first, target)).toBe(rows);
        const second = join(folder, `${store.name}-${other.name}.backup`);
        await backup(target, second);
        expect(gunzipSync(readFileSync(second)).equals(gunzipSync(readFileSync(first)))).toBe(true);
        // New rows get new numbers.
        await addPaper(target, `after ${other.name}`);
        await target.dispose();
      }
    });

    test('a backup while others write is one moment: no vote without its paper', async () => {
      let stop = false;
      const writer = (async () => {
        for (let i = 0; !stop; i++) {
          await addPaper(database, `busy ${i}`);
          // SQLite answers without waiting; the backup's own work needs a turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const file = join(folder, `${store.name}-busy.backup`);
      await backup(database, file);
      stop = true;
      await writer;
      const target = await storesUnderTest[0].open();
      await restore(file, target);
      const missing = await target.db
        .selectFrom('paper_alias as a')
        .leftJoin('paper as p', 'p.id', 'a.paper_id')
        .select('a.value')
        .where('p.id', 'is', null)
        .execute();
      expect(missing).toEqual([]);
      await target.dispose();
    });

    test('a damaged, shortened or foreign file, and a store with papers, are refused and nothing changes', async () => {
      const good = join(folder, `${store.name}-good.backup`);
      await backup(database, good);
      await expect(restore(good, database)).rejects.toThrow(RestoreError);
      const target = await store.open();
      const cases: [string, (file: string) => void][] = [
        ['shortened', (file) => truncateSync(file, 200)],
        ['foreign', (file) => writeFileSync(file, 'hello')],
        ['another format', (file) => writeFileSync(file, gzipSync('{"format":"other"}\n'))],
        [
          'a changed row',
          (file) => writeFileSync(file, gzipSync(gunzipSync(readFileSync(good)).toString().replace('数学', '数字'))),
        ],
        [
          'without its end',
          (file) =>
            writeFileSync(
              file,
              gzipSync(gunzipSync(readFileSync(good)).toString().split('\n').slice(0, -2).join('\n')),
            ),
        ],
      ];
      for (const [name, damage] of cases) {
        const bad = join(folder, `${store.name}-bad.backup`);
        writeFileSync(bad, readFileSync(good));
        damage(bad);
        await expect(restore(bad, target), name).rejects.toThrow(RestoreError);
        expect(await target.db.selectFrom('paper').select('id').execute(), name).toEqual([]);
      }
      await target.dispose();
    });
  });
}

async function addPaper(database: Database, name: string, abstract = 'words'): Promise<void> {
  await transaction(database, async (db) => {
    const seq = await bumpSequence(db, 'change');
    await insertMany(database, db, 'paper', [
      {
        ...{ author_count: 0, imported_votes: 0, reader_votes: 0, imported_comments: 0, reader_comments: 0 },
        short_id: `s ${name}`,
        title: name,
        abstract,
        authors_json: '[]',
        categories_json: '[]',
        keywords_json: '[]',
        listed_on: '2026-01-01',
        first_seen_at: 1,
        changed_seq: seq,
      },
    ]);
    const { id } = await db
      .selectFrom('paper')
      .select('id')
      .where('short_id', '=', `s ${name}`)
      .executeTakeFirstOrThrow();
    await insertMany(database, db, 'paper_alias', [{ kind: 'title', value: name, paper_id: id }]);
  });
}

async function paperId(database: Database, name: string): Promise<number> {
  const row = await database.db
    .selectFrom('paper')
    .select('id')
    .where('short_id', '=', `s ${name}`)
    .executeTakeFirstOrThrow();
  return row.id;
}
