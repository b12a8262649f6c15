import { join } from 'node:path';
import type { Database } from './dialects/index.ts';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';
import { StoreError } from './errors.ts';

/**
 * Opens the site's store: PostgreSQL where a URL is given, else `broadsheet.sqlite` in the data folder. Does not migrate.
 * @throws {StoreError} when the URL is no postgres:// address, or the file cannot be opened for writing.
 */
export function openDatabase({ url, dataDir }: { url?: string; dataDir: string }): Database {
  if (!url) return openSqlite(join(dataDir, 'broadsheet.sqlite'));
  if (!/^postgres(ql)?:\/\//.test(url)) {
    // Not the value itself: it may hold a password.
    throw new StoreError(
      'bad-address',
      `DATABASE_URL starts with "${url.split(':')[0].slice(0, 12)}"; expected postgres://user:password@host:5432/database.`,
    );
  }
  return openPostgres(url);
}
