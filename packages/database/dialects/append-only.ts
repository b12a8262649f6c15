import { type Kysely, sql } from 'kysely';
import { isPostgres } from './columns.ts';

/** Makes a table one that only grows: its rows are never changed or removed, whatever writes to it. */
export async function appendOnly(db: Kysely<unknown>, table: string): Promise<void> {
  if (isPostgres(db)) {
    await sql`create or replace function refuse_change() returns trigger language plpgsql as $$
      begin raise exception '% is append-only: its rows are never changed or removed', tg_table_name; end $$`.execute(
      db,
    );
    await sql`create trigger ${sql.ref(`${table}_only_grows`)} before update or delete on ${sql.table(table)}
      for each row execute function refuse_change()`.execute(db);
    await sql`create trigger ${sql.ref(`${table}_is_not_emptied`)} before truncate on ${sql.table(table)}
      for each statement execute function refuse_change()`.execute(db);
    return;
  }
  for (const change of ['update', 'delete']) {
    await sql`create trigger ${sql.ref(`${table}_refuses_${change}`)} before ${sql.raw(change)} on ${sql.table(table)}
      begin select raise(abort, ${sql.lit(`${table} is append-only: its rows are never changed or removed`)}); end`.execute(
      db,
    );
  }
}
