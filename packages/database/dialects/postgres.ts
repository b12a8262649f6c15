import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Schema } from '../schema.ts';
import type { Database } from './index.ts';

/** PostgreSQL's int8, which pg hands out as text; our instants and ids stay below 2^53. */
const INT8_OID = 20;

/**
 * Opens a pool on a PostgreSQL server.
 * @param url postgres://user:password@host:port/database
 * @param schema the PostgreSQL schema to work in; tests give each its own.
 */
export function openPostgres(
  url: string,
  { schema, max = 10 }: { schema?: string; max?: number } = {},
): Database & {
  readonly pool: pg.Pool;
} {
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    ...(schema ? { options: `-c search_path=${schema}` } : {}),
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { name: 'postgres', db, pool, location: withoutPassword(url), close: () => db.destroy() };
}

function withoutPassword(url: string): string {
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.href;
}
