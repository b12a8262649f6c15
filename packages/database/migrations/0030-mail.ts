import { type Kysely, sql } from 'kysely';
import { identity, textType } from '../dialects/columns.ts';

/** What reaches readers by mail: letters on their way, subscribers and what they asked for, frozen issues, addresses left alone. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const s = db.schema;
  const text = textType(db);
  await identity(s.createTable('subscriber'), db)
    // As it is written to, lower case; one row for an address.
    .addColumn('address', text, (c) => c.notNull().unique())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('hour', 'integer', (c) => c.notNull())
    .addColumn('zone', text, (c) => c.notNull())
    .addColumn('paused_at', 'bigint')
    // Raised to make every link that was mailed so far invalid.
    .addColumn('link_epoch', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('consent_source', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('left_at', 'bigint')
    .addColumn('soft_bounces', 'integer', (c) => c.notNull().defaultTo(0))
    .addCheckConstraint('subscriber_state', sql`state in ('asked', 'active', 'left', 'stopped')`)
    .addCheckConstraint('subscriber_hour', sql`hour between 0 and 23`)
    .execute();
  await identity(s.createTable('subscription'), db)
    .addColumn('subscriber_id', 'bigint', (c) => c.notNull().references('subscriber.id').onDelete('cascade'))
    .addColumn('feed', text, (c) => c.notNull())
    .addColumn('pace', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('confirmed_at', 'bigint')
    .addColumn('left_at', 'bigint')
    // The instant at which it is looked at next; null while unconfirmed or left.
    .addColumn('next_at', 'bigint')
    // The newest period that it was given, or had no need of: '2026-01-14', '2026-W02', '2026-01'.
    .addColumn('last_period', text)
    .addUniqueConstraint('subscription_once', ['subscriber_id', 'feed', 'pace'])
    .addCheckConstraint('subscription_pace', sql`pace in ('daily', 'weekly', 'monthly')`)
    .execute();
  await s.createIndex('subscription_due').on('subscription').column('next_at').execute();

  await identity(s.createTable('issue'), db)
    .addColumn('slug', text, (c) => c.notNull().unique())
    .addColumn('feed', text, (c) => c.notNull())
    .addColumn('pace', text, (c) => c.notNull())
    .addColumn('period', text, (c) => c.notNull())
    .addColumn('covers_from', text, (c) => c.notNull())
    .addColumn('covers_until', text, (c) => c.notNull())
    .addColumn('content_json', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('frozen_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('issue_once', ['feed', 'pace', 'period'])
    .addCheckConstraint('issue_pace', sql`pace in ('daily', 'weekly', 'monthly')`)
    .execute();
  // Which papers an issue has shown or passed over, so that none is proposed twice. No reference to the paper: merged
  // papers go, issues stay.
  await s
    .createTable('issue_paper')
    .addColumn('issue_id', 'bigint', (c) => c.notNull().references('issue.id').onDelete('cascade'))
    .addColumn('paper_id', 'bigint', (c) => c.notNull())
    .addColumn('rank', 'integer')
    .addPrimaryKeyConstraint('issue_paper_pk', ['issue_id', 'paper_id'])
    .execute();

  await identity(s.createTable('letter'), db)
    .addColumn('key', text, (c) => c.notNull().unique())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('priority', 'integer', (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('to_address', text, (c) => c.notNull())
    .addColumn('domain', text, (c) => c.notNull())
    // Null for issues, whose words are in the issue, and once it is settled: links that sign someone in are not kept.
    .addColumn('body_json', text)
    .addColumn('issue_id', 'bigint', (c) => c.references('issue.id'))
    .addColumn('subscriber_id', 'bigint', (c) => c.references('subscriber.id').onDelete('set null'))
    .addColumn('subscription_id', 'bigint', (c) => c.references('subscription.id').onDelete('set null'))
    .addColumn('bounce_token', text, (c) => c.notNull().unique())
    .addColumn('attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('next_at', 'bigint', (c) => c.notNull())
    .addColumn('sender', text)
    .addColumn('sending_at', 'bigint')
    .addColumn('settled_at', 'bigint')
    .addColumn('last_error', text)
    .addColumn('bounced_at', 'bigint')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('letter_once', ['issue_id', 'subscriber_id'])
    .addCheckConstraint('letter_state', sql`state in ('queued', 'sending', 'sent', 'failed', 'unknown')`)
    .execute();
  await s.createIndex('letter_due').on('letter').columns(['state', 'priority', 'next_at', 'id']).execute();
  await s.createIndex('letter_by_settling').on('letter').column('settled_at').execute();

  // Only the hash: it outlives the address, which may be deleted.
  await s
    .createTable('suppression')
    .addColumn('address_hash', text, (c) => c.primaryKey())
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('detail', text)
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addCheckConstraint('suppression_reason', sql`reason in ('hard-bounce', 'soft-bounces', 'complaint', 'asked')`)
    .execute();
}
