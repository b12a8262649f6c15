import { type Pace, type Schema, type SubscriberTable, transaction } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';
import type { Host } from '../host/index.ts';
import { addressHash, parseAddress, postLetter } from '../mail/index.ts';
import { subscribableFeed } from './feeds.ts';
import { confirmLetter, knownLetter } from './letters.ts';
import { asNumber, readToken, signToken } from './links.ts';
import { endedPeriod, nextSlot, PACES } from './periods.ts';

export type Subscriber = Selectable<SubscriberTable>;

export interface SubscribeRequest {
  address: string;
  feed: string;
  pace: string;
  hour: number;
  zone: string;
  /** Where it was entered and from which network; kept with the consent. */
  source: string;
}

/** Links to confirm with are good for two days. */
export const CONFIRM_MS = 48 * 3_600_000;
/** Letters that a stranger can have sent to one address in a day. */
const MAX_LETTERS_A_DAY = 3;

/**
 * Asks an address whether it wants a feed. What the asker learns is the same whether the address is known, unknown,
 * or on the list of those left alone: a letter goes to the address, or none.
 * @returns undefined, or what is wrong with the request itself.
 */
export async function askSubscription(host: Host, request: SubscribeRequest): Promise<{ refused: string } | undefined> {
  const address = parseAddress(request.address);
  if (!address) return { refused: 'That does not look like a mail address; one looks like name@example.org.' };
  const feed = subscribableFeed(request.feed);
  if ('refused' in feed) return feed;
  const wrong = checkTimes(request);
  if (wrong) return { refused: wrong };
  const now = host.now();
  await transaction(host.database, async (db) => {
    if (!(await mayBeAsked(db, address, now))) return;
    const subscriber = await subscriberOf(db, address, request, now);
    const pace = request.pace as Pace;
    const known = await db
      .selectFrom('subscription')
      .selectAll()
      .where('subscriber_id', '=', subscriber.id)
      .where('feed', '=', feed.address)
      .where('pace', '=', pace)
      .executeTakeFirst();
    if (subscriber.state === 'active' && known?.confirmed_at && !known.left_at) {
      await postLetter(db, knownLetter(host.settings, subscriber, now), now);
      return;
    }
    const subscription = await db
      .insertInto('subscription')
      .values({ subscriber_id: subscriber.id, feed: feed.address, pace, created_at: now })
      .onConflict((c) =>
        c
          .columns(['subscriber_id', 'feed', 'pace'])
          .doUpdateSet({ created_at: now, confirmed_at: null, left_at: null, next_at: null }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    const token = signToken(host.settings, 'confirm', [subscription.id, now]);
    await postLetter(
      db,
      confirmLetter(host.settings, { address, feed: feed.address, pace, token, id: subscription.id, now }),
      now,
    );
  });
  return undefined;
}

/** Whether a letter that somebody else asks for may go to an address: not if it is left alone, nor often. */
export async function mayBeAsked(db: Kysely<Schema>, address: string, now: number): Promise<boolean> {
  if (await isSuppressed(db, address)) return false;
  const { count } = await db
    .selectFrom('letter')
    .select((s) => s.fn.countAll<number>().as('count'))
    .where('to_address', '=', address)
    .where('kind', '=', 'confirm')
    .where('created_at', '>', now - 24 * 3_600_000)
    .executeTakeFirstOrThrow();
  return Number(count) < MAX_LETTERS_A_DAY;
}

export async function isSuppressed(db: Kysely<Schema>, address: string): Promise<boolean> {
  const row = await db
    .selectFrom('suppression')
    .select('reason')
    .where('address_hash', '=', addressHash(address))
    .executeTakeFirst();
  return row !== undefined;
}

/** What a link to confirm with would begin, for the page that asks; undefined when it is not, or no longer, good. */
export async function pendingSubscription(host: Host, token: string) {
  const facts = readToken(host.settings, 'confirm', token);
  if (!facts) return undefined;
  const [id, askedAt] = facts.map(asNumber);
  if (host.now() > askedAt + CONFIRM_MS) return undefined;
  return (
    host.database.db
      .selectFrom('subscription as s')
      .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
      .select(['s.id', 's.feed', 's.pace', 's.subscriber_id', 'u.address', 'u.hour', 'u.zone', 'u.link_epoch'])
      .where('s.id', '=', id)
      // A link is good once: whoever left, or asked anew, has made it void.
      .where('s.created_at', '=', askedAt)
      .where('s.confirmed_at', 'is', null)
      .where('s.left_at', 'is', null)
      .executeTakeFirst()
  );
}

/**
 * Begins what was asked for.
 * @returns the token of the subscriber's preferences; undefined when the link is not, or no longer, good.
 */
export async function confirmSubscription(host: Host, token: string): Promise<{ preferences: string } | undefined> {
  const pending = await pendingSubscription(host, token);
  if (!pending) return undefined;
  const now = host.now();
  const begun = await transaction(host.database, async (db) => {
    if (await isSuppressed(db, pending.address)) return false;
    const result = await db
      .updateTable('subscription')
      .set(begin(host, pending.pace, pending))
      .where('id', '=', pending.id)
      .where('confirmed_at', 'is', null)
      .executeTakeFirst();
    if (Number(result.numUpdatedRows) === 0) return false;
    await db
      .updateTable('subscriber')
      .set({ state: 'active', confirmed_at: now, left_at: null })
      .where('id', '=', pending.subscriber_id)
      .execute();
    return true;
  });
  if (!begun) return undefined;
  return { preferences: signToken(host.settings, 'preferences', [pending.subscriber_id, pending.link_epoch]) };
}

/** The columns of a subscription that starts now. A week or a month that is over already is not sent after. */
export function begin(host: Host, pace: Pace, { hour, zone }: { hour: number; zone: string }) {
  const now = host.now();
  const ended = endedPeriod(pace, now, host.settings.zone);
  return {
    confirmed_at: now,
    left_at: null,
    next_at: nextSlot(hour, zone, now),
    last_period: pace === 'daily' ? null : ended.key,
  };
}

export function checkTimes({ pace, hour, zone }: { pace: string; hour: number; zone: string }): string | undefined {
  if (!(PACES as readonly string[]).includes(pace)) return `“${pace}” is no pace; choose daily, weekly or monthly.`;
  if (!Number.isInteger(hour) || hour < 0 || hour > 23) return 'The hour must be one from 0 to 23.';
  return isZone(zone) ? undefined : `“${zone}” is no time zone; one looks like Europe/Berlin.`;
}

function isZone(zone: string): boolean {
  try {
    // Also takes offsets such as +02:00, which know no summer; a name is asked for.
    return /^[A-Za-z]/.test(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The subscriber of an address, made where it is new. What a stranger enters changes nothing of one who is there. */
async function subscriberOf(
  db: Kysely<Schema>,
  address: string,
  { hour, zone, source }: SubscribeRequest,
  now: number,
): Promise<Subscriber> {
  const known = await db.selectFrom('subscriber').selectAll().where('address', '=', address).executeTakeFirst();
  if (known?.state === 'active') return known;
  const fresh = { hour, zone, consent_source: source.slice(0, 200) };
  return db
    .insertInto('subscriber')
    .values({ address, state: 'asked', ...fresh, created_at: now })
    .onConflict((c) => c.column('address').doUpdateSet({ state: 'asked', ...fresh }))
    .returningAll()
    .executeTakeFirstOrThrow();
}
