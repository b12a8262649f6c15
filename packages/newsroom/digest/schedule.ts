import { insertMany, type Pace, transaction } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { newLetter } from '../mail/index.ts';
import { freezeIssue, type Issue } from './issue.ts';
import { endedPeriod, nextSlot } from './periods.ts';

/** Subscriptions looked at in one transaction. */
const BATCH = 500;
/** What was asked for and never confirmed is forgotten. */
const UNCONFIRMED_MS = 7 * 24 * 3_600_000;

interface Due {
  id: number;
  subscriber_id: number;
  address: string;
  feed: string;
  pace: Pace;
  hour: number;
  zone: string;
  last_period: string | null;
}

/**
 * Looks after every subscription whose hour has come: freezes the issue where it is not yet, and puts a letter for it
 * into the outbox. However many hours were slept through, each gets the newest issue once.
 * @returns how many letters were put into the outbox.
 */
export async function planDigests(host: Host, { signal }: { signal?: AbortSignal } = {}): Promise<number> {
  let letters = 0;
  const issues = new Map<string, Issue | undefined>();
  while (!signal?.aborted) {
    const due = await dueSubscriptions(host);
    if (due.length === 0) break;
    for (const { feed, pace } of due) {
      const name = `${pace} ${feed}`;
      if (!issues.has(name)) issues.set(name, await issueOrNothing(host, feed, pace));
    }
    letters += await postIssues(host, due, issues);
  }
  await forgetUnconfirmed(host);
  return letters;
}

function dueSubscriptions(host: Host): Promise<Due[]> {
  return host.database.db
    .selectFrom('subscription as s')
    .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
    .select(['s.id', 's.subscriber_id', 'u.address', 's.feed', 's.pace', 'u.hour', 'u.zone', 's.last_period'])
    .where('s.next_at', '<=', host.now())
    .where('s.left_at', 'is', null)
    .where('u.state', '=', 'active')
    .where('u.paused_at', 'is', null)
    .orderBy('s.next_at')
    .orderBy('s.id')
    .limit(BATCH)
    .execute();
}

/** A list that can no longer be read must not keep the others from their readers. */
async function issueOrNothing(host: Host, feed: string, pace: Pace): Promise<Issue | undefined> {
  try {
    return await freezeIssue(host, feed, pace, endedPeriod(pace, host.now(), host.settings.zone));
  } catch (error) {
    host.log.error('an issue could not be made; its readers are asked for again tomorrow', { feed, pace, error });
    return undefined;
  }
}

async function postIssues(host: Host, due: Due[], issues: Map<string, Issue | undefined>): Promise<number> {
  const now = host.now();
  const slots = new Map<string, number>();
  const slotOf = ({ hour, zone }: Due) => {
    const key = `${hour} ${zone}`;
    // Thousands share an hour and a zone, and the calendar of a zone is slow to ask.
    const slot = slots.get(key) ?? nextSlot(hour, zone, now);
    slots.set(key, slot);
    return slot;
  };
  const issueFor = ({ pace, feed, last_period }: Due) => {
    const issue = issues.get(`${pace} ${feed}`);
    return issue && (last_period === null || last_period < issue.period) ? issue : undefined;
  };
  return transaction(host.database, async (db) => {
    const letters = due.flatMap((subscription) => {
      const issue = issueFor(subscription);
      if (!issue) return [];
      const { id, subscriber_id, address } = subscription;
      return [
        {
          ...newLetter(`issue ${issue.id} to ${subscriber_id}`, 'digest', address, now),
          issue_id: issue.id,
          subscriber_id,
          subscription_id: id,
        },
      ];
    });
    await insertMany(host.database, db, 'letter', letters, { ignoreConflicts: true });
    for (const [slot, ids] of grouped(due, (subscription) => String(slotOf(subscription)))) {
      await db
        .updateTable('subscription')
        .set({ next_at: Number(slot) })
        .where('id', 'in', ids)
        // Whoever has left since they were looked up stays away.
        .where('left_at', 'is', null)
        .execute();
    }
    const told = due.filter(issueFor);
    for (const [period, ids] of grouped(told, (subscription) => issueFor(subscription)?.period as string)) {
      await db.updateTable('subscription').set({ last_period: period }).where('id', 'in', ids).execute();
    }
    return letters.length;
  });
}

function grouped(due: Due[], keyOf: (subscription: Due) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const subscription of due) {
    const key = keyOf(subscription);
    const group = groups.get(key) ?? [];
    group.push(subscription.id);
    groups.set(key, group);
  }
  return groups;
}

async function forgetUnconfirmed(host: Host): Promise<void> {
  const before = host.now() - UNCONFIRMED_MS;
  const { db } = host.database;
  await db.deleteFrom('subscription').where('confirmed_at', 'is', null).where('created_at', '<', before).execute();
  await db
    .deleteFrom('subscriber')
    .where('state', '=', 'asked')
    .where('created_at', '<', before)
    .where((w) =>
      w.not(w.exists(w.selectFrom('subscription').select('id').whereRef('subscriber_id', '=', 'subscriber.id'))),
    )
    .execute();
}
