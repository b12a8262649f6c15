import { type Kysely, sql } from 'kysely';
import { appendOnly } from '../dialects/append-only.ts';
import { identity, textType } from '../dialects/columns.ts';

/** Readers with accounts: how they sign in, what acts for them, what is limited, and the log of what was done. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await extendReaders(db);

  await s
    .createTable('reader_identity')
    .addColumn('provider', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('label', text, (c) => c.notNull())
    .addColumn('linked_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reader_identity_pk', ['provider', 'subject'])
    .execute();
  await s.createIndex('reader_identity_by_reader').on('reader_identity').column('reader_id').execute();
  await s
    .createTable('reader_password')
    .addColumn('reader_id', 'bigint', (c) => c.primaryKey().references('reader.id').onDelete('cascade'))
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .execute();
  await s
    .createTable('passkey')
    .addColumn('credential_id', text, (c) => c.primaryKey())
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('public_key', text, (c) => c.notNull())
    .addColumn('counter', 'bigint', (c) => c.notNull())
    .addColumn('transports_json', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await s.createIndex('passkey_by_reader').on('passkey').column('reader_id').execute();
  await identity(s.createTable('reader_session'), db)
    .addColumn('secret_hash', text, (c) => c.notNull().unique())
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('way', text, (c) => c.notNull())
    .addColumn('agent', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await s.createIndex('reader_session_by_reader').on('reader_session').column('reader_id').execute();
  await identity(s.createTable('api_token'), db)
    .addColumn('secret_hash', text, (c) => c.notNull().unique())
    .addColumn('reader_id', 'bigint', (c) => c.notNull().references('reader.id').onDelete('cascade'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('scopes_json', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .execute();
  await s.createIndex('api_token_by_reader').on('api_token').column('reader_id').execute();
  await s
    .createTable('ceremony')
    .addColumn('secret_hash', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('payload_json', text, (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await s.createIndex('ceremony_by_expiry').on('ceremony').column('expires_at').execute();
  await s
    .createTable('rate_limit')
    .addColumn('key', text, (c) => c.primaryKey())
    .addColumn('taken', 'integer', (c) => c.notNull())
    .addColumn('until_at', 'bigint', (c) => c.notNull())
    .execute();
  await s.createIndex('rate_limit_by_end').on('rate_limit').column('until_at').execute();
  await identity(s.createTable('audit_event'), db)
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor_id', 'bigint')
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('detail_json', text, (c) => c.notNull())
    .execute();
  await appendOnly(db, 'audit_event');
}

async function extendReaders(db: Kysely<unknown>): Promise<void> {
  const text = textType(db);
  const add = (name: string, type: 'bigint' | typeof text) =>
    db.schema.alterTable('reader').addColumn(name, type).execute();
  await add('handle', text);
  await add('email', text);
  await add('confirmed_at', 'bigint');
  await add('locked_at', 'bigint');
  await add('deleted_at', 'bigint');
  // Nobody had to confirm anything before there were accounts.
  await sql`update reader set confirmed_at = created_at`.execute(db);
  await db.schema.createIndex('reader_email').unique().on('reader').column('email').execute();
  await db.schema.createIndex('reader_handle').unique().on('reader').column('handle').execute();
  // What opened the administration before there were accounts.
  await sql`delete from setting where key like 'admin-session %'`.execute(db);
}
