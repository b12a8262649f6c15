import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { asNumber, asText, readToken, signToken, siteAddress } from '../digest/index.ts';
import type { Host, Settings } from '../host/index.ts';
import { CHANNELS, type Channel, DEFAULTS, KIND_TITLES, KINDS, type NotificationKind } from './kinds.ts';

export type Switches = Record<NotificationKind, Record<Channel, boolean>>;

/** What each of these readers wants to be told, and how. */
export async function switchesOf(db: Kysely<Schema>, readerIds: number[]): Promise<(readerId: number) => Switches> {
  const rows =
    readerIds.length === 0
      ? []
      : await db.selectFrom('notification_switch').selectAll().where('reader_id', 'in', readerIds).execute();
  return (readerId) => {
    const switches = structuredClone(DEFAULTS);
    for (const row of rows) {
      const kind = KINDS.find((k) => k === row.kind);
      if (kind && row.reader_id === readerId) switches[kind][row.channel] = row.is_on === 1;
    }
    return switches;
  };
}

/** Sets every switch of a reader. */
export async function changeSwitches(host: Host, readerId: number, wanted: Switches): Promise<void> {
  await transaction(host.database, async (db) => {
    for (const kind of KINDS)
      for (const channel of CHANNELS) await setSwitch(db, readerId, kind, channel, wanted[kind][channel]);
  });
}

async function setSwitch(
  db: Kysely<Schema>,
  readerId: number,
  kind: NotificationKind,
  channel: Channel,
  isOn: boolean,
): Promise<void> {
  const is_on = isOn ? 1 : 0;
  await db
    .insertInto('notification_switch')
    .values({ reader_id: readerId, kind, channel, is_on })
    .onConflict((c) => c.columns(['reader_id', 'kind', 'channel']).doUpdateSet({ is_on }))
    .execute();
}

/** Where one press ends letters of a kind, for whoever holds the letter; no login. */
export function offLink(settings: Settings, readerId: number, kind: NotificationKind): string {
  return `${siteAddress(settings)}/notifications/off/${signToken(settings, 'notices', [readerId, kind])}`;
}

/** What a link out of a letter would end; undefined where it is none of ours or its reader has left. */
export async function readOffLink(
  host: Host,
  token: string,
): Promise<{ readerId: number; kind: NotificationKind; title: string; isOff: boolean } | undefined> {
  const facts = readToken(host.settings, 'notices', token);
  const kind = KINDS.find((k) => k === asText(facts?.[1]));
  if (!facts || !kind) return undefined;
  const readerId = asNumber(facts[0]);
  const { db } = host.database;
  const reader = await db
    .selectFrom('reader')
    .select('id')
    .where('id', '=', readerId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (!reader) return undefined;
  const isOff = !(await switchesOf(db, [readerId]))(readerId)[kind].mail;
  return { readerId, kind, title: KIND_TITLES[kind], isOff };
}

/** Ends letters of the link's kind; saying it again changes nothing. @returns whether the link is one of ours. */
export async function switchOff(host: Host, token: string): Promise<boolean> {
  const link = await readOffLink(host, token);
  if (!link) return false;
  await setSwitch(host.database.db, link.readerId, link.kind, 'mail', false);
  return true;
}
