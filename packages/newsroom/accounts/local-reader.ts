import { bumpSequence, transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { READER_COLUMNS, type Reader, toReader } from './reader.ts';

/** The one reader of a site without accounts; there from the first call on. */
export async function localReader(host: Host): Promise<Reader> {
  const known = await find(host.database.db);
  if (known) return known;
  return transaction(host.database, async (db) => {
    // The sequence row serves as the lock: two first requests at once must not make two readers.
    await bumpSequence(db, 'change');
    const again = await find(db);
    if (again) return again;
    const now = host.now();
    await db
      .insertInto('reader')
      .values({ kind: 'local', name: 'You', role: 'admin', created_at: now, confirmed_at: now })
      .execute();
    return (await find(db)) as Reader;
  });
}

async function find(db: Host['database']['db']): Promise<Reader | undefined> {
  const row = await db
    .selectFrom('reader')
    .select(READER_COLUMNS)
    .where('reader.kind', '=', 'local')
    .executeTakeFirst();
  return row && toReader(row);
}

const localReaders = new WeakMap<Host, Promise<Reader>>();

/** The same, asked of the store once in a process: each request of a site without accounts needs it. */
export function keptLocalReader(host: Host): Promise<Reader> {
  const known = localReaders.get(host);
  if (known) return known;
  const asked = localReader(host);
  localReaders.set(host, asked);
  // A store that is away for a moment must not be remembered as the answer.
  asked.catch(() => localReaders.delete(host));
  return asked;
}
