import { once } from 'node:events';
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterAll, describe, expect, test } from 'vitest';
import type { Database } from './dialects/index.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { forkOnStore, storesUnderTest } from './testing.ts';

const MIGRATOR = new URL('./testing/migrator.ts', import.meta.url);

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`migrating ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    const opened: { dispose(): Promise<void> }[] = [];
    const open = async (options?: { migrated: boolean }): Promise<Database> => {
      const database = await store.open(options);
      opened.push(database);
      return database;
    };
    afterAll(() => Promise.all(opened.map((database) => database.dispose())));

    test('twice changes nothing', async () => {
      const database = await open();
      expect(await migrate(database)).toEqual([]);
    });

    test('three processes that start at once all succeed, and one of them did the work', async () => {
      const database = await open({ migrated: false });
      const children = [1, 2, 3].map(() => forkOnStore(MIGRATOR, database));
      await Promise.all(children.map((child) => once(child, 'message')));
      const answers = children.map((child) => once(child, 'message'));
      for (const child of children) child.send('go');
      const results = (await Promise.all(answers)).map(
        ([message]) => message as { applied?: string[]; error?: string },
      );
      expect(results.map((result) => result.error)).toEqual([undefined, undefined, undefined]);
      expect(results.map((result) => result.applied?.length).sort()).toEqual([0, 0, Object.keys(migrations).length]);
    });

    test('editions that shared a number are numbered anew in the order of their days', async () => {
      const database = await open({ migrated: false });
      const { '0001-papers': papers, '0002-experiments': experiments } = migrations;
      await migrate(database, { migrations: { '0001-papers': papers, '0002-experiments': experiments } });
      await database.db
        .insertInto('edition')
        .values([
          { day: '2025-12-29', number: 1, closed_at: 1 },
          { day: '2025-12-30', number: 2, closed_at: 1 },
          { day: '2025-12-26', number: 1, closed_at: 1 },
        ])
        .execute();
      await migrate(database);
      const numbered = await database.db.selectFrom('edition').select(['day', 'number']).orderBy('day').execute();
      expect(numbered.map((e) => e.number)).toEqual([1, 2, 3]);
    });

    test('one that fails stops with one line, and neither it nor the ones before it are kept', async () => {
      const database = await open();
      const made: Migration = { up: (db) => db.schema.createTable('half').addColumn('id', 'integer').execute() };
      const broken: Migration = {
        async up(db) {
          await db.schema.createTable('other_half').addColumn('id', 'integer').execute();
          await sql`insert into no_such_table values (1)`.execute(db);
        },
      };
      const failing = migrate(database, { migrations: { ...migrations, '0098-made': made, '0099-broken': broken } });
      const error = await failing.then(
        () => undefined,
        (e: Error) => e,
      );
      expect(error?.name).toBe('StoreError');
      expect(error?.message).toMatch(/^Migration 0099-broken failed on .*no_such_table.*Nothing of it was kept/);
      expect(error?.message).not.toContain('\n');
      await expect(sql`select 1 from half`.execute(database.db)).rejects.toThrow();
      await expect(sql`select 1 from other_half`.execute(database.db)).rejects.toThrow();
      expect(await migrate(database)).toEqual([]);
    });

    test('a store that a newer program has migrated is refused and left as it is', async () => {
      const database = await open();
      const newer: Migration = { up: (db) => db.schema.createTable('future').addColumn('id', 'integer').execute() };
      expect(await migrate(database, { migrations: { ...migrations, '0999-future': newer } })).toEqual(['0999-future']);
      await expect(migrate(database)).rejects.toThrow(/was written by a newer Broadsheet \(it has 0999-future/);
    });
  });
}
