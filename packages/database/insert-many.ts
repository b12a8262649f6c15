import type { Insertable, Kysely } from 'kysely';
import type { Database } from './dialects/index.ts';
import type { SqliteDatabase } from './dialects/sqlite.ts';
import type { Schema } from './schema.ts';

/** Bound values a PostgreSQL statement may hold: its count is a 16-bit number. */
const MAX_VALUES = 60_000;
/** Beyond this, longer statements no longer get faster and their text costs memory. */
const MAX_ROWS = 500;

/**
 * Inserts many rows inside the caller's transaction, by the way that is fastest on each store: one prepared statement
 * run per row on SQLite, long statements on PostgreSQL. All rows must have the same keys.
 */
export async function insertMany<T extends keyof Schema & string>(
  database: Database,
  db: Kysely<Schema>,
  table: T,
  rows: Insertable<Schema[T]>[],
  { ignoreConflicts = false }: { ignoreConflicts?: boolean } = {},
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0] as object);
  if (database.name === 'sqlite') {
    const names = columns.map((name) => `"${name}"`).join(', ');
    const values = columns.map(() => '?').join(', ');
    const statement = (database as SqliteDatabase).raw.prepare(
      `insert ${ignoreConflicts ? 'or ignore ' : ''}into "${table}" (${names}) values (${values})`,
    );
    for (const row of rows) statement.run(columns.map((name) => (row as Record<string, unknown>)[name]));
    return;
  }
  const step = Math.max(1, Math.min(MAX_ROWS, Math.floor(MAX_VALUES / columns.length)));
  for (let at = 0; at < rows.length; at += step) {
    // biome-ignore lint/suspicious/noExplicitAny: Kysely cannot relate a generic table name to its row type.
    let insert = db.insertInto(table).values(rows.slice(at, at + step) as any);
    if (ignoreConflicts) insert = insert.onConflict((conflict) => conflict.doNothing());
    await insert.execute();
  }
}
