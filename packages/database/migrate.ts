import { Migrator } from 'kysely/migration';
import type { Database } from './dialects/index.ts';
import { migrations } from './migrations/index.ts';

/**
 * Brings the store to the newest migration, under the migrator's lock, and returns the names applied now.
 * @throws when a migration fails (its transaction is rolled back; the start must stop) or when the store is newer than this program.
 */
export async function migrate(database: Database): Promise<string[]> {
  const migrator = new Migrator({ db: database.db, provider: { getMigrations: async () => migrations } });
  const { error, results } = await migrator.migrateToLatest();
  if (error) {
    const failed = results?.find((r) => r.status === 'Error')?.migrationName;
    throw new Error(
      `database: migration ${failed ?? '(none ran)'} failed on ${database.location}: ${String((error as Error).message ?? error)}. Nothing of it was kept; see docs/guides/upgrade.md.`,
      { cause: error },
    );
  }
  return (results ?? []).filter((r) => r.status === 'Success').map((r) => r.migrationName);
}
