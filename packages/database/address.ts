import type { Database } from './dialects/index.ts';
import { openPostgres, type PostgresDatabase } from './dialects/postgres.ts';
import { openSqlite } from './dialects/sqlite.ts';

/** Where a store is, as plain data: another thread of this process opens the same one. It may hold a password. */
export type StoreAddress = { name: 'sqlite'; file: string } | { name: 'postgres'; url: string; schema?: string };

/** @returns undefined for a store that this connection alone can see */
export function storeAddress(database: Database): StoreAddress | undefined {
  if (database.name === 'sqlite')
    return database.location === ':memory:' ? undefined : { name: 'sqlite', file: database.location };
  const { pool, schema } = database as PostgresDatabase;
  const url = pool.options.connectionString;
  return url === undefined ? undefined : { name: 'postgres', url, schema };
}

/** Opens a store of another thread; it was migrated there. */
export function openStore(address: StoreAddress): Database {
  return address.name === 'sqlite'
    ? openSqlite(address.file)
    : openPostgres(address.url, { schema: address.schema, max: 1 });
}
