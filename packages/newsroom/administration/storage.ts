import { statfsSync } from 'node:fs';
import { sql } from 'kysely';
import type { Host } from '../host/index.ts';

/** What the store takes, and what is left for it. */
export interface StorageFacts {
  store: string;
  sizeBytes: number;
  /** Of the disk that holds the data folder; undefined where it cannot be asked. */
  freeBytes?: number;
  rows: { table: string; count: number }[];
}

const TABLES = ['paper', 'author', 'reader', 'vote', 'vote_event', 'letter', 'audit_event'] as const;

export async function storageFacts(host: Host): Promise<StorageFacts> {
  const { db, name, location } = host.database;
  const size =
    name === 'sqlite'
      ? sql<{ bytes: number }>`select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()`
      : sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`;
  const { rows: sizes } = await size.execute(db);
  const rows: StorageFacts['rows'] = [];
  for (const table of TABLES) {
    const counted = db.selectFrom(table).select((s) => s.fn.countAll<number>().as('count'));
    rows.push({ table, count: Number((await counted.executeTakeFirstOrThrow()).count) });
  }
  return {
    store: name === 'sqlite' ? `SQLite, ${location}` : `PostgreSQL, ${location}`,
    sizeBytes: Number(sizes[0]?.bytes ?? 0),
    freeBytes: freeBytes(host.settings.dataDir),
    rows,
  };
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
