import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  bumpSequence,
  type Database,
  followContentVersion,
  insertMany,
  migrate,
  readSequence,
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

    test('the content version never shows a number that is taken back', async () => {
      const version = await followContentVersion(database);
      const before = await readSequence(database.db, 'change');
      await version.refresh();
      const failing = transaction(database, async (db) => {
        await bumpSequence(db, 'change');
        expect(version.current()).toBe(before);
        throw new Error('taken back');
      });
      await expect(failing).rejects.toThrow('taken back');
      expect(version.current()).toBe(before);
      version.stop();
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
