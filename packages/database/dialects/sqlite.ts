import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Database } from './index.ts';

/** A store in one file; `raw` is the same connection, for the few hot paths that bypass the query builder. */
export interface SqliteDatabase extends Database {
  readonly raw: SQLite.Database;
}

/** How long a writer waits for another process's transaction before SQLite answers "database is locked". */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens the one file of a site on one machine: write-ahead log, full synchronous, foreign keys on.
 * @param file path, or ':memory:' for tests that need no file.
 */
export function openSqlite(file: string): SqliteDatabase {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const raw = new SQLite(file);
  raw.pragma('journal_mode = WAL');
  raw.pragma('synchronous = FULL');
  raw.pragma('foreign_keys = ON');
  raw.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  raw.pragma('cache_size = -65536');
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: raw }) });
  return { name: 'sqlite', db, raw, location: file, close: () => db.destroy() };
}
