import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

export type DialectName = 'sqlite' | 'postgres';

/** A connection to the store; `name` says which dialect's differences apply. */
export interface Database {
  readonly name: DialectName;
  readonly db: Kysely<Schema>;
  /** Where the data is, for messages; never holds a password. */
  readonly location: string;
  close(): Promise<void>;
}
