import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type Insertable, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { afterAll, describe, expect, test } from 'vitest';
import type { Database } from '../dialects/index.ts';
import type { SqliteDatabase } from '../dialects/sqlite.ts';
import { insertMany } from '../insert-many.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { storesUnderTest } from '../testing.ts';
import { transaction } from '../transaction.ts';
import { backup } from './backup.ts';
import { RestoreError, restore } from './restore.ts';
import { LEFT_OUT, TABLES } from './tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-backup-'));
const opened: { dispose(): Promise<void> }[] = [];
const disposeAll = () => Promise.all(opened.splice(0).map((database) => database.dispose()));
afterAll(async () => {
  await disposeAll();
  rmSync(folder, { recursive: true, force: true });
});

type Row = Record<string, unknown>;
type Store = (typeof storesUnderTest)[number];
const here = storesUnderTest.filter((store) => !store.skip);

async function openStore(store: Store, options?: { migrated: boolean }): Promise<Database> {
  const database = await store.open(options);
  opened.push(database);
  return database;
}

test('every table is either in the backup or left out for a reason', async () => {
  const { raw } = (await openStore(storesUnderTest[0])) as SqliteDatabase;
  const tables = raw.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'");
  const known = [...TABLES.map((table) => table.name), ...Object.keys(LEFT_OUT)];
  expect(known.sort()).toEqual(tables.pluck().all().sort());
});

describe(`moving a site from SQLite to ${[...here].reverse().map((store) => store.name)}`, () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((s) => s.replaceAll('\u0000', ''));
  const odd = fc.constantFrom('\u2028', 'a\u2029b', '\r\n', '"\\', '数学', '𝔊', '<script>', 'x'.repeat(70_000));
  const words = fc.oneof(text, odd);
  const count = fc.nat({ max: 2_000_000_000 });
  const instant = fc.option(fc.integer({ min: -1e13, max: 1e13 }));
  const site = fc.record({
    papers: fc.array(
      fc.record({
        ...{ title: words, abstract: fc.option(words), summary: fc.option(words), venue: fc.option(words) },
        ...{ imported_votes: count, reader_votes: count, published_at: instant, first_seen_at: count },
        ...{ changed_seq: count, listed_on: fc.constantFrom('2024-02-29', '2026-01-01') },
      }),
      { maxLength: 8 },
    ),
    settings: fc.array(words, { maxLength: 4 }),
    authors: fc.uniqueArray(words, { maxLength: 6 }),
    starsPerDay: fc.double({ min: 0, max: 1e6, noNaN: true }),
  });

  test('gives back the identical rows, whatever text and numbers they hold', async () => {
    const property = fc.asyncProperty(site, async ({ papers, settings, authors, starsPerDay }) => {
      const first = await openStore(storesUnderTest[0]);
      const rows: Partial<Record<keyof Schema, Row[]>> = {
        paper: papers.map((row, i) => ({ ...row, id: i * 3 + 1, short_id: `s${i}`, arxiv_id: i % 2 ? null : `a${i}` })),
        setting: settings.map((value, i) => ({ key: `k${i}`, value_json: JSON.stringify(value) })),
        author: authors.map((slug, i) => ({ id: i + 1, slug, name: slug })),
        repository: [{ name: 'a/b', stars: 1, stars_per_day: starsPerDay + 0, checked_at: 1 }],
      };
      await transaction(first, async (db) => {
        for (const [table, list] of Object.entries(rows)) await fill(first, db, table as keyof Schema, list);
      });
      const original = await contentsOf(first);
      let from = first;
      // To every other store that is here, and back.
      for (const store of [...here].reverse()) {
        const file = join(folder, 'moving.backup');
        const written = await backup(from, file);
        from = await openStore(store, { migrated: false });
        expect(await restore(file, from)).toBe(written);
        // Not toEqual: the difference of two long texts is too much to print.
        expect(JSON.stringify(await contentsOf(from)) === JSON.stringify(original)).toBe(true);
        const added = from.db.insertInto('author').values({ slug: 'a new one', name: 'New' }).returning('id');
        await transaction(from, async (db) => {
          // New rows get numbers of their own.
          const { id } = await db.executeQuery<{ id: number }>(added.compile()).then((result) => result.rows[0]);
          expect(id).toBe(authors.length + 1);
          await db.deleteFrom('author').where('id', '=', id).execute();
        });
      }
      await disposeAll();
    });
    await fc.assert(property, { numRuns: 12 });
  }, 120_000);
});

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`backup on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    test('while others write it holds one moment: no alias without its paper, no paper without its alias', async () => {
      const database = await openStore(store);
      await addPapers(database, 0, 3_000);
      let added = 3_000;
      let isDone = false;
      const writer = (async () => {
        for (; !isDone; added++) {
          await addPapers(database, added, 1);
          // SQLite answers without waiting; the backup's own work needs a turn.
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      const seen: number[] = [];
      const file = join(folder, `${store.name}-busy.backup`);
      const rows = await backup(database, file, { onRows: (n) => seen.push(n) });
      isDone = true;
      await writer;
      expect(added).toBeGreaterThan(3_001);
      expect(seen.length).toBeGreaterThan(6);
      expect(seen.at(-1)).toBe(rows);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const target = await openStore(storesUnderTest[0]);
      await restore(file, target);
      const ids = async (table: 'paper' | 'paper_alias', column: 'id' | 'paper_id') =>
        (
          await sql<{ id: number }>`select ${sql.ref(column)} as id from ${sql.table(table)} order by 1`.execute(
            target.db,
          )
        ).rows;
      const papers = await ids('paper', 'id');
      expect(papers.length).toBeLessThan(added);
      expect(await ids('paper_alias', 'paper_id')).toEqual(papers);
    });

    test('a damaged, shortened, foreign or newer file is refused in one line, and the store stays empty', async () => {
      const database = await openStore(store);
      await addPapers(database, 0, 30);
      const good = join(folder, `${store.name}-good.backup`);
      await backup(database, good);
      const target = await openStore(store);
      for (const [name, bytes] of Object.entries(damagedOnes(readFileSync(good)))) {
        const bad = join(folder, `${store.name}-bad.backup`);
        writeFileSync(bad, bytes);
        const error = await restore(bad, target).then(
          () => undefined,
          (e: Error) => e,
        );
        expect(error, name).toBeInstanceOf(RestoreError);
        expect(error?.message, name).not.toContain('\n');
        expect(await target.db.selectFrom('paper').select('id').execute(), name).toEqual([]);
      }
      await expect(restore(join(folder, 'none'), target)).rejects.toThrow(/^There is no file .*none/);
      expect(await restore(good, target)).toBe(60);
    });

    test('a store that holds a site already is refused and stays as it is', async () => {
      const database = await openStore(store);
      await addPapers(database, 0, 2);
      const file = join(folder, `${store.name}-own.backup`);
      await backup(database, file);
      const before = await contentsOf(database);
      await expect(restore(file, database)).rejects.toThrow(/already holds a site .*Nothing was changed/);
      expect(await contentsOf(database)).toEqual(before);
    });

    test('a backup of an older release is migrated on its way in', async () => {
      const database = await openStore(store);
      await addPapers(database, 0, 3);
      const file = join(folder, `${store.name}-old.backup`);
      await backup(database, file);
      const mood: Migration = {
        async up(db: Kysely<unknown>) {
          await db.schema.alterTable('paper').addColumn('mood', 'integer').execute();
          await sql`update paper set mood = 7`.execute(db);
        },
      };
      const newer = { ...migrations, '9000-mood': mood };
      for (const migrated of [false, true]) {
        const target = await openStore(store, { migrated: false });
        if (migrated) await migrate(target, { migrations: newer });
        await restore(file, target, { migrations: newer });
        const { rows } = await sql<{ mood: number }>`select mood from paper`.execute(target.db);
        expect(rows.map((row) => row.mood)).toEqual([7, 7, 7]);
        expect(await migrate(target, { migrations: newer })).toEqual([]);
      }
    });

    test('a file that cannot be written is told in one line, and no half of it is left', async () => {
      const database = await openStore(store);
      const nowhere = join(folder, 'no-such-folder', 'x.backup');
      await expect(backup(database, nowhere)).rejects.toThrow(/^The backup .*x\.backup cannot be written \(ENOENT\)/);
      const before = readdirSync(folder);
      await expect(backup(database, folder)).rejects.toThrow(/^The backup .* cannot be written \(E/);
      expect(readdirSync(folder)).toEqual(before);
      expect(readdirSync(join(folder, '..'))).not.toContain(`${folder.split('/').at(-1)}.partial`);
    });
  });
}

/** A good backup, spoilt in the ways that disks, transfers and people spoil files. */
function damagedOnes(whole: Buffer): Record<string, Uint8Array | string> {
  const lines = gunzipSync(whole).toString().split('\n');
  const replaced = (from: string, to: string) => {
    expect(
      lines.some((line) => line.includes(from)),
      from,
    ).toBe(true);
    return gzipSync(lines.map((line) => line.replace(from, to)).join('\n'));
  };
  const spliced = (...put: string[]) => gzipSync(lines.toSpliced(5, 1, ...put).join('\n'));
  const half = whole.length >> 1;
  const flipped = Buffer.from(whole);
  flipped[half] ^= 0xff;
  return {
    empty: '',
    'not gzipped': 'hello',
    'another format': gzipSync('{"format":"other"}\n'),
    'a header that is no object': gzipSync('null\n'),
    'a changed row': replaced('"Paper 7"', '"Paper 8"'),
    'a row too few': spliced(),
    'a row too short': spliced('[1]'),
    'a line that is no JSON': spliced('[1,'),
    'no trailer': gzipSync([...lines.slice(0, -2), ''].join('\n')),
    'two files in one': gzipSync([...lines.slice(0, -1), ...lines].join('\n')),
    'a table of another program': replaced('"table":"paper"', '"table":"invoice"'),
    newer: replaced('"0001-papers"', '"0001-papers","9999-future"'),
    'a flipped byte': flipped,
    'cut early': whole.subarray(0, 20),
    'cut in the middle': whole.subarray(0, half),
    'cut at its end': whole.subarray(0, whole.length - 9),
  };
}

async function addPapers(database: Database, from: number, count: number): Promise<void> {
  await transaction(database, async (db) => {
    const numbers = Array.from({ length: count }, (_, i) => from + i + 1);
    const papers = numbers.map((n) => ({
      ...{ id: n, short_id: `s${n}`, title: `Paper ${n}`, abstract: 'words '.repeat(50), listed_on: '2026-01-01' },
      ...{ first_seen_at: 1, changed_seq: n },
    }));
    await fill(database, db, 'paper', papers);
    await fill(
      database,
      db,
      'paper_alias',
      numbers.map((n) => ({ kind: 'title', value: `t${n}`, paper_id: n })),
    );
  });
}

function fill(database: Database, db: Kysely<Schema>, table: keyof Schema, rows: Row[]): Promise<void> {
  return insertMany(database, db, table, rows as unknown as Insertable<Schema[keyof Schema]>[]);
}

async function contentsOf(database: Database): Promise<Record<string, Row[]>> {
  const contents: Record<string, Row[]> = {};
  for (const { name, key } of TABLES) {
    const order = sql.join(key.map((column) => sql.ref(column)));
    contents[name] = (await sql<Row>`select * from ${sql.table(name)} order by ${order}`.execute(database.db)).rows;
  }
  return contents;
}
