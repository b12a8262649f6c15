import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../dialects/index.ts';
import { openSqlite } from '../dialects/sqlite.ts';
import { asStoreError, StoreError } from '../errors.ts';
import { appliedMigrations } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import { type BackupTable, TABLES } from './tables.ts';

/** What the first line of a backup says. */
export const FORMAT = 'broadsheet-backup-1';
/** Rows read at a time; on SQLite a page of papers keeps the event loop for some 10 ms. */
const PAGE_ROWS = 500;

export interface ProgressOptions {
  /** Called with the number of rows so far, a page at a time. */
  onRows?: (rows: number) => void;
}

/**
 * Writes the whole store into one file that `restore` reads into either kind of store. Safe while the site serves and
 * writes: the file is one consistent moment, and appears under its name only when it is complete and on the disk.
 * The file is gzipped lines of JSON: a header; for each table its name and columns, then its rows as arrays; a trailer
 * with the number of rows and the SHA-256 of every line before it. Only its owner may read it: it holds what readers did.
 * @returns the number of rows.
 * @throws {StoreError} when the store fails or the file cannot be written; no half of it is left.
 */
export async function backup(database: Database, file: string, { onRows }: ProgressOptions = {}): Promise<number> {
  const partial = `${file}.partial`;
  let rows = 0;
  const count = (n: number) => {
    rows += n;
    onRows?.(rows);
  };
  try {
    await snapshot(database, (db) =>
      pipeline(
        Readable.from(linesOf(db, count)),
        createGzip({ level: 5 }),
        createWriteStream(partial, { mode: 0o600, flush: true }),
      ),
    );
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw isOfFile(error) ? unwritable(file, error) : asStoreError(error, database.location);
  }
  return rows;
}

function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return /^(open|write|fsync|close|rename)$/.test(String((error as NodeJS.ErrnoException).syscall));
}

function unwritable(file: string, error: NodeJS.ErrnoException): StoreError {
  const isFull = /^(ENOSPC|EDQUOT|EFBIG)$/.test(error.code ?? '');
  return new StoreError(
    isFull ? 'full' : 'read-only',
    `The backup ${file} cannot be written (${error.code}): ${isFull ? 'its disk is full' : 'name a file in a folder that exists and that this user may write to'}. Nothing was left behind; the site is as it was.`,
    { cause: error },
  );
}

/** Runs `work` on one unchanging view of the store, without keeping writers waiting. */
async function snapshot(database: Database, work: (db: Kysely<Schema>) => Promise<void>): Promise<void> {
  if (database.name === 'postgres') {
    await database.db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
    return;
  }
  // A connection of its own: the site's only one must stay free for the site.
  const reader = openSqlite(database.location);
  try {
    await reader.db.connection().execute(async (db) => {
      // A deferred transaction takes its view with its first read and lets others write to the log.
      await sql`begin`.execute(db);
      await work(db);
      await sql`commit`.execute(db);
    });
  } finally {
    await reader.close();
  }
}

async function* linesOf(db: Kysely<Schema>, onRows: (rows: number) => void): AsyncIterable<string> {
  const hash = createHash('sha256');
  let rows = 0;
  const line = (value: unknown) => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line({ format: FORMAT, migrations: await appliedMigrations(db) });
  for (const table of TABLES) {
    let columns: string[] | undefined;
    for await (const page of pagesOf(db, table)) {
      const names = columns ?? Object.keys(page[0]).sort();
      const head = columns ? '' : line({ table: table.name, columns: names });
      columns = names;
      rows += page.length;
      yield head + page.map((row) => line(names.map((name) => row[name]))).join('');
      onRows(page.length);
    }
  }
  yield `${JSON.stringify({ rows, sha256: hash.digest('hex') })}\n`;
}

/** Pages a table by its key, so that no page costs more than the first. */
async function* pagesOf(db: Kysely<Schema>, { name, key }: BackupTable): AsyncIterable<Record<string, unknown>[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  let last: Record<string, unknown> | undefined;
  for (;;) {
    const after: Record<string, unknown> | undefined = last;
    const where = after ? sql`where (${columns}) > (${sql.join(key.map((column) => sql.val(after[column])))})` : sql``;
    const query = sql<
      Record<string, unknown>
    >`select * from ${sql.table(name)} ${where} order by ${columns} limit ${sql.lit(PAGE_ROWS)}`;
    const { rows } = await query.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS) return;
    last = rows.at(-1);
  }
}
