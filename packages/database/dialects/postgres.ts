import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { StoreError } from '../errors.ts';
import type { Schema } from '../schema.ts';
import type { Database } from './index.ts';

/** A store on a PostgreSQL server; `pool` is what its query builder uses, for the jobs and for bulk work. */
export interface PostgresDatabase extends Database {
  readonly pool: pg.Pool;
  /** The PostgreSQL schema of the tables, where it is not the user's default one. */
  readonly schema?: string;
}

/** PostgreSQL's int8, which pg hands out as text; our instants and ids stay below 2^53. */
const INT8_OID = 20;
/** pg waits for ever by default; an address that swallows packets must become a message. */
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a pool on a PostgreSQL server; connects with the first query.
 * @param url postgres://user:password@host:port/database
 * @param schema the PostgreSQL schema to work in; tests give each its own.
 * @throws {StoreError} when the URL cannot be read.
 */
export function openPostgres(
  url: string,
  { schema, max = 10 }: { schema?: string; max?: number } = {},
): PostgresDatabase {
  const location = withoutPassword(url);
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'broadsheet',
    ...(schema ? { options: `-c search_path=${schema}` } : {}),
  });
  // An idle connection that the server ends is only dropped; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { name: 'postgres', db, pool, ...(schema ? { schema } : {}), location, close: () => db.destroy() };
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) {
    throw new StoreError(
      'bad-address',
      'DATABASE_URL is no address; expected postgres://user:password@host:5432/database (write # / @ in a password as %23 %2F %40).',
    );
  }
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.href;
}
