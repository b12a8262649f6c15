import { type Pace, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { parseAddress, postLetter, suppress } from '../mail/index.ts';
import { subscribableFeed } from './feeds.ts';
import { changedLetter, changeLetter } from './letters.ts';
import { asNumber, asText, readToken, signToken } from './links.ts';
import { nextSlot } from './periods.ts';
import { begin, CONFIRM_MS, checkTimes, isSuppressed, mayBeAsked, type Subscriber } from './subscribe.ts';

export interface Preferences {
  token: string;
  subscriber: Subscriber;
  subscriptions: { id: number; feed: string; pace: Pace; isOn: boolean; nextAt: number | null }[];
}

/** What the holder of a signed link gets by mail; undefined when the link is not, or no longer, good. */
export async function preferencesOf(host: Host, token: string): Promise<Preferences | undefined> {
  const subscriber = await holderOf(host, token);
  if (!subscriber) return undefined;
  const rows = await host.database.db
    .selectFrom('subscription')
    .selectAll()
    .where('subscriber_id', '=', subscriber.id)
    .where('confirmed_at', 'is not', null)
    .orderBy('id')
    .execute();
  return {
    token,
    subscriber,
    subscriptions: rows.map(({ id, feed, pace, left_at, next_at }) => ({
      id,
      feed,
      pace,
      isOn: left_at === null,
      nextAt: next_at,
    })),
  };
}

export interface PreferencesChange {
  hour: number;
  zone: string;
  isPaused: boolean;
  /** By subscription: its pace, or 'off'. */
  paces: Record<number, string>;
  /** A list that is to come as well. */
  add?: { feed: string; pace: string };
}

/** Stores what a subscriber chose. @returns undefined, or what is wrong with it; nothing is stored then. */
export async function changePreferences(
  host: Host,
  token: string,
  { hour, zone, isPaused, paces, add }: PreferencesChange,
): Promise<{ refused: string } | undefined> {
  const subscriber = await holderOf(host, token);
  if (!subscriber) return { refused: 'This link is no longer good; the newest mail has one that is.' };
  const asked = [...Object.values(paces).filter((pace) => pace !== 'off'), ...(add ? [add.pace] : []), 'daily'];
  const wrong = asked.map((pace) => checkTimes({ pace, hour, zone })).find(Boolean);
  if (wrong) return { refused: wrong };
  const added = add ? subscribableFeed(add.feed) : undefined;
  if (added && 'refused' in added) return added;
  const now = host.now();
  await transaction(host.database, async (db) => {
    const before = await db.selectFrom('subscription').selectAll().where('subscriber_id', '=', subscriber.id).execute();
    await db
      .updateTable('subscriber')
      .set({ hour, zone, paused_at: isPaused ? (subscriber.paused_at ?? now) : null })
      .where('id', '=', subscriber.id)
      .execute();
    const on = (feed: string, pace: Pace) => startSubscription(host, db, subscriber.id, feed, pace, { hour, zone });
    for (const row of before) {
      const chosen = paces[row.id];
      if (chosen === undefined || row.confirmed_at === null) continue;
      if (chosen !== row.pace) await stopSubscription(db, row.id, now);
      if (chosen !== 'off' && (chosen !== row.pace || row.left_at !== null)) await on(row.feed, chosen as Pace);
    }
    if (add && added) await on(added.address, add.pace as Pace);
    // What goes on comes at the new hour; after a pause, at the next one.
    await db
      .updateTable('subscription')
      .set({ next_at: nextSlot(hour, zone, now) })
      .where('subscriber_id', '=', subscriber.id)
      .where('confirmed_at', 'is not', null)
      .where('left_at', 'is', null)
      .execute();
    await settleState(db, subscriber.id, now);
  });
  return undefined;
}

/**
 * Ends the subscription that a mail belonged to; without a login, without a question, and as often as it is asked.
 * @returns what was left and the token of the preferences; undefined when the link is none of ours.
 */
export async function leave(
  host: Host,
  token: string,
): Promise<{ feed: string; pace: Pace; preferences: string } | undefined> {
  const found = await subscriptionOfLink(host, token);
  if (!found) return undefined;
  const now = host.now();
  await transaction(host.database, async (db) => {
    await stopSubscription(db, found.id, now);
    await settleState(db, found.subscriber_id, now);
  });
  return leaving(host, found);
}

/** What a link to leave with would end, for the page that asks; GET never ends anything. */
export async function leavingOf(host: Host, token: string) {
  const found = await subscriptionOfLink(host, token);
  return found && { ...leaving(host, found), hasLeft: found.left_at !== null };
}

/** Asks a new address whether mail may come there instead. @returns undefined, or what is wrong with it. */
export async function askAddressChange(
  host: Host,
  token: string,
  address: string,
): Promise<{ refused: string } | undefined> {
  const subscriber = await holderOf(host, token);
  if (!subscriber) return { refused: 'This link is no longer good; the newest mail has one that is.' };
  const to = parseAddress(address);
  if (!to) return { refused: 'That does not look like a mail address; one looks like name@example.org.' };
  if (to === subscriber.address) return { refused: 'Mail comes to this address already.' };
  const now = host.now();
  await transaction(host.database, async (db) => {
    if (!(await mayBeAsked(db, to, now))) return;
    const facts = [subscriber.id, subscriber.link_epoch, now, to];
    await postLetter(
      db,
      changeLetter(host.settings, { to, token: signToken(host.settings, 'change', facts), now }),
      now,
    );
  });
  return undefined;
}

/** Moves a subscriber to the address that agreed; links mailed before stop working. */
export async function changeAddress(host: Host, token: string): Promise<{ preferences: string } | undefined> {
  const asked = readAddressChange(host, token);
  if (!asked) return undefined;
  const { id, epoch, to } = asked;
  const now = host.now();
  const changed = await transaction(host.database, async (db) => {
    const subscriber = await db.selectFrom('subscriber').selectAll().where('id', '=', id).executeTakeFirst();
    if (!subscriber || subscriber.link_epoch !== epoch || (await isSuppressed(db, to))) return false;
    // Its own subscriptions, if it had any, give way to those that move in.
    await db.deleteFrom('subscriber').where('address', '=', to).execute();
    await db
      .updateTable('subscriber')
      .set({ address: to, link_epoch: epoch + 1, soft_bounces: 0 })
      .where('id', '=', id)
      .execute();
    // What waits goes to the new address too.
    await db
      .updateTable('letter')
      .set({ to_address: to, domain: to.slice(to.lastIndexOf('@') + 1) })
      .where('subscriber_id', '=', id)
      .where('state', '=', 'queued')
      .execute();
    await postLetter(db, changedLetter(host.settings, { to: subscriber.address, id, epoch }), now);
    return true;
  });
  return changed ? { preferences: signToken(host.settings, 'preferences', [id, epoch + 1]) } : undefined;
}

/** The address that a link would move mail to; undefined when it is not, or no longer, good. */
export function readAddressChange(host: Host, token: string): { id: number; epoch: number; to: string } | undefined {
  const facts = readToken(host.settings, 'change', token);
  if (!facts) return undefined;
  const [id, epoch, askedAt] = facts.slice(0, 3).map(asNumber);
  return host.now() > askedAt + CONFIRM_MS ? undefined : { id, epoch, to: asText(facts[3]) };
}

/** Deletes all that is kept of an address but, where it asked never to be written to again, its hash. */
export async function forgetAddress(host: Host, address: string, { never = false } = {}): Promise<void> {
  await transaction(host.database, async (db) => {
    if (never) await suppress(db, address, 'asked', null, host.now());
    await forgetMailOf(db, address);
  });
}

/** The same inside the caller's transaction: what waits is not sent, what was sent keeps no name. */
export async function forgetMailOf(db: Kysely<Schema>, address: string): Promise<void> {
  await db.deleteFrom('letter').where('to_address', '=', address).where('state', '=', 'queued').execute();
  await db
    .updateTable('letter')
    .set({ to_address: '', domain: '', last_error: null, body_json: null })
    .where('to_address', '=', address)
    .execute();
  await db.deleteFrom('subscriber').where('address', '=', address).execute();
}

/** What an address is written to, for whoever it belongs to. */
export function exportSubscriptions(db: Kysely<Schema>, address: string) {
  return db
    .selectFrom('subscription')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .select(['subscription.feed', 'subscription.pace', 'subscription.created_at', 'subscription.confirmed_at'])
    .where('subscriber.address', '=', address)
    .orderBy('subscription.id')
    .execute();
}

export async function holderOf(host: Host, token: string): Promise<Subscriber | undefined> {
  const facts = readToken(host.settings, 'preferences', token);
  if (!facts) return undefined;
  const [id, epoch] = facts.map(asNumber);
  const subscriber = await host.database.db
    .selectFrom('subscriber')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return subscriber?.link_epoch === epoch ? subscriber : undefined;
}

async function startSubscription(
  host: Host,
  db: Kysely<Schema>,
  subscriberId: number,
  feed: string,
  pace: Pace,
  times: { hour: number; zone: string },
): Promise<void> {
  const begun = begin(host, pace, times);
  await db
    .insertInto('subscription')
    .values({ subscriber_id: subscriberId, feed, pace, created_at: host.now(), ...begun })
    .onConflict((c) =>
      c.columns(['subscriber_id', 'feed', 'pace']).doUpdateSet({ confirmed_at: begun.confirmed_at, left_at: null }),
    )
    .execute();
}

async function stopSubscription(db: Kysely<Schema>, id: number, now: number): Promise<void> {
  await db
    .updateTable('subscription')
    .set({ left_at: now, next_at: null })
    .where('id', '=', id)
    .where('left_at', 'is', null)
    .execute();
}

/** A subscriber without a subscription has left; one with, is there. */
async function settleState(db: Kysely<Schema>, id: number, now: number): Promise<void> {
  const one = await db
    .selectFrom('subscription')
    .select('id')
    .where('subscriber_id', '=', id)
    .where('confirmed_at', 'is not', null)
    .where('left_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  await db
    .updateTable('subscriber')
    .set(one ? { state: 'active', left_at: null } : { state: 'left', left_at: now })
    .where('id', '=', id)
    // Who was stopped by a bounce or a complaint is not started by a form.
    .where('state', '!=', 'stopped')
    .execute();
}

async function subscriptionOfLink(host: Host, token: string) {
  const facts = readToken(host.settings, 'leave', token);
  if (!facts) return undefined;
  return host.database.db
    .selectFrom('subscription as s')
    .innerJoin('subscriber as u', 'u.id', 's.subscriber_id')
    .select(['s.id', 's.subscriber_id', 's.feed', 's.pace', 's.left_at', 'u.link_epoch'])
    .where('s.id', '=', asNumber(facts[0]))
    .executeTakeFirst();
}

function leaving(host: Host, found: { feed: string; pace: Pace; subscriber_id: number; link_epoch: number }) {
  const preferences = signToken(host.settings, 'preferences', [found.subscriber_id, found.link_epoch]);
  return { feed: found.feed, pace: found.pace, preferences };
}
