import { randomBytes } from 'node:crypto';
import { type Schema, transaction } from '@broadsheet/database';
import { isOver } from '@broadsheet/methods/five-layer';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import { findReader, findReaderByHandle, fingerprint, newSecret } from '../accounts/index.ts';
import type { Host } from '../host/index.ts';
import { parseAddress } from '../mail/index.ts';
import type * as inputs from './inputs.ts';
import { invitationNotice, postNotice, sendsMail } from './letters.ts';
import { actorOf, namesOf } from './people.ts';
import { append, readDecision, StaleDecision } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';

const OPEN_MS = 14 * 24 * 3_600_000;
/** Invitations of one decision that are open at once. */
const MOST_OPEN = 20;

export interface Invitation {
  readonly id: string;
  readonly role: 'member' | 'observer';
  /** Null for a link, which is for whoever has it. */
  readonly readerName: string | null;
  readonly expiresAt: number;
}

/** What became of an invitation. */
export interface Invited {
  /** Of a link that is to be passed on: shown now and never again. */
  readonly secret: string | null;
  /** Where a letter with the link went. */
  readonly sentTo: string | null;
}

/**
 * Invites a reader by handle, or makes a link that one person can use once, which a letter brings to an address where
 * one is given. Whoever is invited by name finds it on their page, and in a letter where the site sends any.
 */
export async function invite(
  host: Host,
  state: DecisionState,
  { role, handle, email }: z.output<typeof inputs.Invitation>,
): Promise<Invited> {
  const { db } = host.database;
  if (host.settings.mode !== 'accounts')
    throw new Refused('This site has one reader and nobody to invite. It needs accounts.');
  if (isOver(state.machine.phase) && role === 'member')
    throw new Refused(`It is ${state.machine.phase}: somebody can still read it, as an observer, and not take part.`);
  const now = host.now();
  await db.deleteFrom('decision_invitation').where('expires_at', '<=', now).execute();
  if ((await listInvitations(host, state.id)).length >= MOST_OPEN)
    throw new Refused(`${MOST_OPEN} invitations are open; take some back first.`);
  const row = { id: randomBytes(9).toString('base64url'), decision_id: state.id, role, created_at: now };
  const owner = actorOf(state.ownerId);
  const ownerName = (await namesOf(db, [owner])).get(owner) ?? '';
  const notice = (to: string, path: string) =>
    invitationNotice({ to, path, title: state.title, ownerName, role, key: `decision invitation ${row.id}` });
  if (handle === '') {
    const secret = newSecret();
    const to = email === '' ? undefined : await mailable(host, state.ownerId, email);
    await transaction(host.database, async (tx) => {
      await tx
        .insertInto('decision_invitation')
        .values({ ...row, reader_id: null, token_hash: fingerprint(secret), expires_at: now + OPEN_MS })
        .execute();
      const limited = to && (await postNotice(host, tx, notice(to, `/decisions/join/${secret}`), state.ownerId));
      if (limited) {
        const minutes = Math.max(1, Math.ceil((limited.retryAt - now) / 60_000));
        throw new Refused(`Too many letters within an hour; try again in ${minutes} minutes, or pass a link on.`);
      }
    });
    return to ? { secret: null, sentTo: to } : { secret, sentTo: null };
  }
  const reader = await findReaderByHandle(db, handle);
  if (!reader) throw new Refused(`There is no reader @${handle} here. Without a handle you get a link to pass on.`);
  refuseIfIn(state, reader.id);
  const terms = { role, expires_at: now + OPEN_MS };
  await transaction(host.database, async (tx) => {
    await tx
      .insertInto('decision_invitation')
      .values({ ...row, ...terms, reader_id: reader.id, token_hash: null })
      .onConflict((c) => c.columns(['decision_id', 'reader_id']).doUpdateSet(terms))
      .execute();
    const to = reader.email === undefined ? undefined : parseAddress(reader.email);
    // One letter too many is none; the invitation stands on their page all the same.
    if (to && sendsMail(host.settings)) await postNotice(host, tx, notice(to, '/decisions'), state.ownerId);
  });
  return { secret: null, sentTo: null };
}

/** @throws {Refused} where no letter can go there */
async function mailable({ settings, database }: Host, by: number, email: string): Promise<string> {
  if (!sendsMail(settings))
    throw new Refused('This site sends no letters; without an address you get a link to pass on.');
  // Who has shown no address of their own has none written to.
  if ((await findReader(database.db, by))?.confirmedAt === undefined)
    throw new Refused('Confirm an address of your own first, on your account page; or pass a link on.');
  const to = parseAddress(email);
  if (!to) throw new Refused('This is no mail address; it should look like name@example.org.');
  return to;
}

/** What a decision has open, for its owner. */
export async function listInvitations(host: Host, decisionId: string): Promise<Invitation[]> {
  const rows = await host.database.db
    .selectFrom('decision_invitation as i')
    .leftJoin('reader', 'reader.id', 'i.reader_id')
    .select(['i.id', 'i.role', 'reader.name', 'i.expires_at'])
    .where('i.decision_id', '=', decisionId)
    .where('i.expires_at', '>', host.now())
    .orderBy('i.created_at')
    .orderBy('i.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    role: row.role === 'member' ? 'member' : 'observer',
    readerName: row.name,
    expiresAt: row.expires_at,
  }));
}

export async function takeBackInvitation(host: Host, decisionId: string, id: string): Promise<void> {
  await host.database.db
    .deleteFrom('decision_invitation')
    .where('decision_id', '=', decisionId)
    .where('id', '=', id)
    .execute();
}

export interface OpenInvitation {
  readonly id: string;
  readonly decisionId: string;
  readonly title: string;
  readonly role: 'member' | 'observer';
  readonly ownerName: string;
}

/** What a reader was invited to by name. */
export async function invitationsOf(host: Host, readerId: number): Promise<OpenInvitation[]> {
  const rows = await openInvitations(host)
    .where('i.reader_id', '=', readerId)
    .orderBy('i.created_at', 'desc')
    .execute();
  return rows.map(toOpen);
}

/** What a link invites to; undefined for one that is used, taken back or out of date. */
export async function invitationByLink(host: Host, secret: string): Promise<OpenInvitation | undefined> {
  const row = await openInvitations(host).where('i.token_hash', '=', fingerprint(secret)).executeTakeFirst();
  return row && toOpen(row);
}

function openInvitations(host: Host) {
  return host.database.db
    .selectFrom('decision_invitation as i')
    .innerJoin('decision as d', 'd.id', 'i.decision_id')
    .innerJoin('reader', 'reader.id', 'd.owner_id')
    .select(['i.id', 'i.decision_id', 'd.title', 'i.role', 'reader.name'])
    .where('i.expires_at', '>', host.now());
}

function toOpen(row: { id: string; decision_id: string; title: string; role: string; name: string }): OpenInvitation {
  const role = row.role === 'member' ? 'member' : 'observer';
  return { id: row.id, decisionId: row.decision_id, title: row.title, role, ownerName: row.name };
}

/** Takes an invitation up: on record, and used. @throws {Refused} where it was used meanwhile, or the reader is in already */
export async function join(host: Host, readerId: number, { id, decisionId, role }: OpenInvitation): Promise<void> {
  await onNewest(host, decisionId, async (state) => {
    refuseIfIn(state, readerId);
    const reader = actorOf(readerId);
    await append(host, state, reader, [{ type: 'member', reader, role }], {
      also: async (db) => {
        const used = await db.deleteFrom('decision_invitation').where('id', '=', id).executeTakeFirst();
        if (Number(used.numDeletedRows) === 0) throw new Refused('That invitation was used or taken back meanwhile.');
        await db.insertInto('decision_member').values({ decision_id: decisionId, reader_id: readerId, role }).execute();
      },
    });
  });
}

/** Says no to an invitation by name. */
export async function declineInvitation(host: Host, readerId: number, id: string): Promise<void> {
  await host.database.db
    .deleteFrom('decision_invitation')
    .where('id', '=', id)
    .where('reader_id', '=', readerId)
    .execute();
}

/** Changes what somebody may do; a null role ends it. What they wrote stays. */
export async function setMember(
  host: Host,
  state: DecisionState,
  actor: string,
  { readerId, role }: z.output<typeof inputs.Membership>,
): Promise<DecisionState> {
  const reader = actorOf(readerId);
  if (!state.members.some((member) => member.reader === reader)) throw new Refused('They are not in this decision.');
  if (state.machine.phase === 'committing')
    throw new Refused('It is being signed: go back to the session before people change.');
  return append(host, state, actor, [{ type: 'member', reader, role }], {
    also: (db) => keepRole(db, state.id, readerId, role),
  });
}

async function keepRole(
  db: Kysely<Schema>,
  decisionId: string,
  readerId: number,
  role: 'member' | 'observer' | null,
): Promise<void> {
  await db
    .deleteFrom('decision_member')
    .where('decision_id', '=', decisionId)
    .where('reader_id', '=', readerId)
    .execute();
  if (role !== null)
    await db.insertInto('decision_member').values({ decision_id: decisionId, reader_id: readerId, role }).execute();
}

function refuseIfIn({ ownerId, members }: DecisionState, readerId: number): void {
  if (ownerId === readerId || members.some(({ reader }) => reader === actorOf(readerId)))
    throw new Refused('They are in this decision already.');
}

/** Whoever takes an invitation up holds no state of the decision: it is read, and read again where others were quicker. */
async function onNewest(host: Host, id: string, work: (state: DecisionState) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    const state = await readDecision(host.database.db, id);
    if (!state) throw new Refused('That decision is no longer here.');
    try {
      return await work(state);
    } catch (error) {
      if (!(error instanceof StaleDecision) || tries >= 5) throw error;
    }
  }
}
