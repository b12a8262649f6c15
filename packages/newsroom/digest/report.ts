import type { LetterState, SuppressionReason } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import type { IssueContent } from './content.ts';

export interface IssueDelivery {
  slug: string;
  feedTitle: string;
  title: string;
  pace: string;
  hash: string;
  frozenAt: number;
  letters: Record<LetterState, number>;
  bounced: number;
}

/** How the newest issues were delivered. */
export async function issueDeliveries(host: Host, limit = 20): Promise<IssueDelivery[]> {
  const { db } = host.database;
  const issues = await db
    .selectFrom('issue')
    .selectAll()
    .orderBy('frozen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  if (issues.length === 0) return [];
  const counts = await db
    .selectFrom('letter')
    .select([
      'issue_id',
      'state',
      (s) => s.fn.countAll<number>().as('count'),
      (s) => s.fn.count<number>('bounced_at').as('bounced'),
    ])
    .where(
      'issue_id',
      'in',
      issues.map((issue) => issue.id),
    )
    .groupBy(['issue_id', 'state'])
    .execute();
  return issues.map((issue) => {
    const letters = { queued: 0, sending: 0, sent: 0, failed: 0, unknown: 0 };
    let bounced = 0;
    for (const row of counts.filter((count) => count.issue_id === issue.id)) {
      letters[row.state] = Number(row.count);
      bounced += Number(row.bounced);
    }
    const { feedTitle, title } = JSON.parse(issue.content_json) as IssueContent;
    const { slug, pace, hash, frozen_at: frozenAt } = issue;
    return { slug, feedTitle, title, pace, hash, frozenAt, letters, bounced };
  });
}

export interface TroubledLetter {
  id: number;
  kind: string;
  to: string;
  state: LetterState;
  attempts: number;
  error: string | null;
  at: number;
  nextAt: number;
  bouncedAt: number | null;
}

/** Letters that somebody may have to look at: unknown, failed, come back, or waiting after a refusal. */
export async function troubledLetters(
  host: Host,
  { state, limit = 50 }: { state?: LetterState; limit?: number } = {},
): Promise<TroubledLetter[]> {
  let query = host.database.db
    .selectFrom('letter')
    .select([
      'id',
      'kind',
      'to_address',
      'state',
      'attempts',
      'last_error',
      'settled_at',
      'created_at',
      'next_at',
      'bounced_at',
    ])
    .where('last_error', 'is not', null);
  if (state) query = query.where('state', '=', state);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    to: row.to_address,
    state: row.state,
    attempts: row.attempts,
    error: row.last_error,
    at: row.settled_at ?? row.created_at,
    nextAt: row.next_at,
    bouncedAt: row.bounced_at,
  }));
}

export interface Readership {
  active: number;
  asked: number;
  paused: number;
  left: number;
  stopped: number;
  suppressed: Partial<Record<SuppressionReason, number>>;
  /** The newest subscriptions that ended. */
  unsubscribes: { address: string; feed: string; pace: string; at: number }[];
  /** When the next subscriber's hour comes. */
  nextAt?: number;
}

/** Who is subscribed, who left, who is left alone. */
export async function readership(host: Host, limit = 20): Promise<Readership> {
  const { db } = host.database;
  const [states, paused, reasons, unsubscribes, next] = await Promise.all([
    db
      .selectFrom('subscriber')
      .select(['state', (s) => s.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute(),
    db
      .selectFrom('subscriber')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('state', '=', 'active')
      .where('paused_at', 'is not', null)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('suppression')
      .select(['reason', (s) => s.fn.countAll<number>().as('count')])
      .groupBy('reason')
      .execute(),
    db
      .selectFrom('subscription as s')
      .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
      .select(['u.address', 's.feed', 's.pace', 's.left_at'])
      .where('s.left_at', 'is not', null)
      .orderBy('s.left_at', 'desc')
      .limit(limit)
      .execute(),
    db
      .selectFrom('subscription as s')
      .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
      .select((e) => e.fn.min('s.next_at').as('at'))
      .where('u.state', '=', 'active')
      .where('u.paused_at', 'is', null)
      .executeTakeFirst(),
  ]);
  const count = (state: string) => Number(states.find((row) => row.state === state)?.count ?? 0);
  return {
    active: count('active'),
    asked: count('asked'),
    paused: Number(paused.count),
    left: count('left'),
    stopped: count('stopped'),
    suppressed: Object.fromEntries(reasons.map((row) => [row.reason, Number(row.count)])),
    unsubscribes: unsubscribes.map(({ address, feed, pace, left_at }) => ({
      address,
      feed,
      pace,
      at: left_at as number,
    })),
    nextAt: next?.at ?? undefined,
  };
}
