import type { Database } from './dialects/index.ts';
import type { SqliteDatabase } from './dialects/sqlite.ts';
import { readSequence } from './sequence.ts';

/** Follows how often the shown content changed, also by other processes. */
export interface ContentVersion {
  current(): number;
  /** Reads it anew at once; for the process that has just written. */
  refresh(): Promise<void>;
  stop(): void;
}

/** How late a page may show what another process wrote to PostgreSQL; on SQLite the row is read each time. */
const POLL_MS = 500;

export async function followContentVersion(database: Database): Promise<ContentVersion> {
  if (database.name === 'sqlite') {
    const { raw } = database as SqliteDatabase;
    const read = raw.prepare<[], number>("select value from sequence where name = 'change'").pluck();
    let value = read.get() ?? 0;
    const current = () => {
      // Inside a transaction of ours the row may hold a number that is never committed, and that another change then gets.
      if (!raw.inTransaction) value = read.get() ?? 0;
      return value;
    };
    return { current, refresh: async () => undefined, stop: () => undefined };
  }
  let value = await readSequence(database.db, 'change');
  const refresh = async () => {
    value = await readSequence(database.db, 'change');
  };
  // A server that is away for a moment must not end the process; pages then fail by themselves, with a message.
  const timer = setInterval(() => void refresh().catch(() => undefined), POLL_MS);
  timer.unref();
  return { current: () => value, refresh, stop: () => clearInterval(timer) };
}
