import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { asStoreError } from '../errors.ts';
import type { Schema } from '../schema.ts';
import type { Database } from './index.ts';

/** A store in one file; `raw` is the same connection, for the few hot paths that bypass the query builder. */
export interface SqliteDatabase extends Database {
  readonly raw: SQLite.Database;
}

/** How long a writer waits for another process's transaction before SQLite answers "database is locked". */
const BUSY_TIMEOUT_MS = 10_000;
/** Pages kept in memory; figures in docs/decisions/0001-storage.md. */
const CACHE_KIB = 65_536;
/** The log is cut back to this after a large transaction; otherwise one import leaves its size on the disk for good. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Opens the one file of a site on one machine: write-ahead log, full synchronous, foreign keys on.
 * @param file path, or ':memory:' for tests that need no file.
 * @throws {StoreError} when the file cannot be opened for writing or is no SQLite file.
 */
export function openSqlite(file: string): SqliteDatabase {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    const raw = new SQLite(file);
    try {
      raw.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      raw.pragma('journal_mode = WAL');
      // FULL and not NORMAL: with NORMAL a power cut may take the last acknowledged votes with it.
      raw.pragma('synchronous = FULL');
      raw.pragma('foreign_keys = ON');
      raw.pragma(`cache_size = -${CACHE_KIB}`);
      raw.pragma(`journal_size_limit = ${LOG_LIMIT_BYTES}`);
    } catch (error) {
      raw.close();
      throw error;
    }
    const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: preparingOnce(raw) }) });
    return { name: 'sqlite', db, raw, location: file, close: () => db.destroy() };
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** Statements kept ready; the site's pages use some fifty. */
const KEPT_STATEMENTS = 256;

/** The connection as the query builder sees it, with each statement prepared once: a page asks the same ones again and again. */
function preparingOnce(raw: SQLite.Database) {
  const kept = new Map<string, SQLite.Statement>();
  return {
    prepare(text: string): SQLite.Statement {
      const known = kept.get(text);
      if (known && !known.busy) return known;
      const statement = raw.prepare(text);
      kept.delete(text);
      kept.set(text, statement);
      if (kept.size > KEPT_STATEMENTS) kept.delete(kept.keys().next().value as string);
      return statement;
    },
    close: () => raw.close(),
  };
}
