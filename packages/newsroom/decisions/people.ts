import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { DELETED_NAME } from '../accounts/index.ts';

/** Who did something, as a record writes it: never a name, which changes and must go with its bearer. */
export function actorOf(readerId: number): string {
  return `reader:${readerId}`;
}

/** @returns null for the site itself and for models */
export function readerIdOf(actor: string): number | null {
  const id = /^reader:(\d+)$/.exec(actor)?.[1];
  return id === undefined ? null : Number(id);
}

/** The names that actors go by today; what is no reader keeps the word that stands in the record. */
export async function namesOf(db: Kysely<Schema>, actors: Iterable<string>): Promise<Map<string, string>> {
  const all = [...new Set(actors)];
  const ids = all.map(readerIdOf).filter((id) => id !== null);
  const rows =
    ids.length === 0 ? [] : await db.selectFrom('reader').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(rows.map(({ id, name }) => [Number(id), name]));
  return new Map(
    all.map((actor) => {
      const id = readerIdOf(actor);
      return [actor, id === null ? actor : (names.get(id) ?? DELETED_NAME)];
    }),
  );
}
