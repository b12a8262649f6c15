import { join } from 'node:path';
import type { Database } from './dialects/index.ts';
import { openPostgres } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';

/**
 * Opens the site's store: PostgreSQL where a URL is given, else `broadsheet.sqlite` in the data folder. Does not migrate.
 * @throws when the URL is not a postgres:// address.
 */
export function openDatabase({ url, dataDir }: { url?: string; dataDir: string }): Database {
  if (!url) return openSqlite(join(dataDir, 'broadsheet.sqlite'));
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new Error(
      `DATABASE_URL starts with "${url.slice(0, 12)}"; expected postgres://user:password@host:5432/database.`,
    );
  }
  return openPostgres(url);
}
