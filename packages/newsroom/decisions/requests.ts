import { createHmac } from 'node:crypto';
import { fingerprint } from '../accounts/index.ts';
import { type Host, siteKey } from '../host/index.ts';
import type { DecisionState } from './state.ts';

/** For so long the same key is the same request. */
const KEPT_MS = 24 * 3_600_000;
/** No request is worked on for longer: one that still is belongs to a process that was lost. */
const LOST_MS = 60_000;

/** A key that cannot be used now, or not for this. */
export class KeyRefused extends Error {
  override name = 'KeyRefused';
  readonly why: 'in hand' | 'used' | 'lost';
  constructor(why: KeyRefused['why'], detail: string) {
    super(detail);
    this.why = why;
  }
}

interface Request {
  readonly readerId: number;
  /** Made by whoever sends it; null for a request that may be done as often as it is sent. */
  readonly key: string | null;
  /** The route, and what was sent. */
  readonly what: string;
}

/**
 * Does what was sent once, however often it comes. What was refused has done nothing, and may be sent again.
 * @returns whether it was done before
 * @throws {KeyRefused} for the key of another request, or of one that is in hand
 */
export async function once(
  host: Host,
  state: DecisionState,
  { readerId, key, what }: Request,
  work: () => Promise<unknown>,
): Promise<boolean> {
  if (key === null) {
    await work();
    return false;
  }
  const { db } = host.database;
  const now = host.now();
  const id = { reader_id: readerId, key_hash: fingerprint(key) };
  const row = {
    ...id,
    decision_id: state.id,
    what_hash: whatHash(host, `${state.id}\n${what}`),
    head_seq: state.head.seq,
  };
  await db
    .deleteFrom('decision_request')
    .where('at', '<', now - KEPT_MS)
    .execute();
  const made = await db
    .insertInto('decision_request')
    .values({ ...row, state: 'in hand', at: now })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  const mine = () =>
    db.updateTable('decision_request').where('reader_id', '=', readerId).where('key_hash', '=', id.key_hash);
  if (Number(made.numInsertedOrUpdatedRows ?? 0) === 0) {
    const known = await db
      .selectFrom('decision_request')
      .select(['what_hash', 'state', 'head_seq', 'at'])
      .where('reader_id', '=', readerId)
      .where('key_hash', '=', id.key_hash)
      .executeTakeFirst();
    if (known && known.what_hash !== row.what_hash)
      throw new KeyRefused('used', 'This key was sent with another request; make a new one for each.');
    if (known?.state === 'done') return true;
    if (!known || Number(known.at) > now - LOST_MS)
      throw new KeyRefused('in hand', 'This very request is being worked on; send it again in a moment.');
    if (known.head_seq !== state.head.seq)
      throw new KeyRefused(
        'lost',
        `The process that had this request was lost, and the record has grown since event ${known.head_seq}: look whether it is there, and if not send it with a new key.`,
      );
    // Nothing has been written since; whoever of several moves the time takes it over.
    const taken = await mine().set({ at: now }).where('at', '=', known.at).executeTakeFirst();
    if (Number(taken.numUpdatedRows) === 0)
      throw new KeyRefused('in hand', 'This very request is being worked on; send it again in a moment.');
  }
  try {
    await work();
  } catch (refused) {
    await db
      .deleteFrom('decision_request')
      .where('reader_id', '=', readerId)
      .where('key_hash', '=', id.key_hash)
      .execute();
    throw refused;
  }
  await mine().set({ state: 'done' }).execute();
  return false;
}

/** Keyed, so that short words that were erased from a record cannot be guessed from what is kept here. */
function whatHash({ settings }: Host, what: string): string {
  return createHmac('sha256', siteKey(settings, 'requests of programs')).update(what).digest('hex');
}
