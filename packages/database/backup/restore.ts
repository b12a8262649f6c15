import { type Insertable, type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Database } from '../dialects/index.ts';
import { insertMany } from '../insert-many.ts';
import { migrateInside } from '../migrate.ts';
import { migrations as shipped } from '../migrations/index.ts';
import type { Schema } from '../schema.ts';
import { transaction } from '../transaction.ts';
import type { ProgressOptions } from './backup.ts';
import { RestoreError, readBackup } from './read.ts';
import { LEFT_OUT, TABLES } from './tables.ts';

export { RestoreError } from './read.ts';

/** Rows held before they are written. */
const PAGE_ROWS = 1_000;

interface RestoreOptions extends ProgressOptions {
  migrations?: Record<string, Migration>;
  now?: () => number;
}

/**
 * Reads a backup into an empty store of either kind, migrated or not, in one transaction: all of it or nothing.
 * The tables are made as they were when the file was written and migrated from there, so that a backup of an older
 * release arrives as if that site had been upgraded.
 * @returns the number of rows.
 * @throws {RestoreError} when the store holds a site already, or the file is damaged, cut short, foreign or newer.
 */
export async function restore(file: string, database: Database, options: RestoreOptions = {}): Promise<number> {
  const { onRows, migrations = shipped, now = Date.now } = options;
  return transaction(database, async (db) => {
    // Under the migrator's lock, so that no process that starts meanwhile comes in between.
    await migrateInside(database, db, { migrations, now });
    await refuseUnlessEmpty(database, db);
    let rows = 0;
    let table: { name: string; columns: string[] } | undefined;
    let page: Record<string, unknown>[] = [];
    const flush = async () => {
      if (!table || page.length === 0) return;
      await insertMany(database, db, table.name as keyof Schema, page as unknown as Insertable<Schema[keyof Schema]>[]);
      rows += page.length;
      page = [];
      onRows?.(rows);
    };
    for await (const part of readBackup(file)) {
      if (part.kind === 'header') await makeTables(database, db, { file, at: part.migrations, migrations, now });
      if (part.kind === 'table') {
        await flush();
        table = part;
      }
      if (part.kind !== 'row') continue;
      page.push(rowOf(database, table?.columns ?? [], part.values));
      if (page.length >= PAGE_ROWS) await flush();
    }
    await flush();
    if (database.name === 'postgres') await renumber(db);
    await migrateInside(database, db, { migrations, now });
    return rows;
  });
}

async function refuseUnlessEmpty(database: Database, db: Kysely<Schema>): Promise<void> {
  for (const name of ['paper', 'vote'] as const) {
    const count = db.selectFrom(name).select((s) => s.fn.countAll<number>().as('rows'));
    const { rows } = await count.executeTakeFirstOrThrow();
    if (Number(rows) > 0) {
      throw new RestoreError(
        `${database.location} already holds a site (${rows} rows of ${name}); restore into an empty one: another --data folder, or a new database. Nothing was changed.`,
      );
    }
  }
}

interface Making {
  file: string;
  at: string[];
  migrations: Record<string, Migration>;
  now: () => number;
}

/** Makes the tables anew as the file's release had them; some of them refuse to be emptied. */
async function makeTables(database: Database, db: Kysely<Schema>, making: Making): Promise<void> {
  const { file, at, migrations, now } = making;
  const unknown = at.filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length > 0) {
    throw new RestoreError(
      `${file} was written by a newer Broadsheet (it has ${unknown.join(', ')}, which this program does not know); upgrade this program first. Nothing was restored.`,
    );
  }
  const names = Object.keys(migrations);
  if (at.length === 0 || at.some((name, i) => name !== names[i])) {
    throw new RestoreError(
      `${file} has migrations in an order that this program does not know (${at.join(', ')}). Nothing was restored.`,
    );
  }
  for (const name of [...Object.keys(LEFT_OUT), ...TABLES.map((table) => table.name).reverse()]) {
    await db.schema.dropTable(name).ifExists().execute();
  }
  await migrateInside(database, db, { migrations, now, upTo: at.at(-1) });
}

function rowOf(database: Database, columns: string[], values: unknown[]): Record<string, unknown> {
  // PostgreSQL's text holds every character but NUL, which SQLite's does; it means nothing in what we keep.
  const clean = (value: unknown) =>
    database.name === 'postgres' && typeof value === 'string' ? value.replaceAll('\u0000', '') : value;
  return Object.fromEntries(columns.map((name, i) => [name, clean(values[i])]));
}

/** PostgreSQL numbers new rows by a counter of its own, which inserted ids do not move. */
async function renumber(db: Kysely<Schema>): Promise<void> {
  for (const { name, hasIdentity } of TABLES) {
    if (!hasIdentity) continue;
    const highest = sql`(select max(id) from ${sql.table(name)})`;
    await sql`select setval(pg_get_serial_sequence(${name}, 'id'), coalesce(${highest}, 0) + 1, false)`.execute(db);
  }
}
