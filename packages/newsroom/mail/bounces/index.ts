import { createHmac, timingSafeEqual } from 'node:crypto';
import { transaction } from '@broadsheet/database';
import type { Host } from '../../host/index.ts';
import { suppress } from '../suppression.ts';
import { type Report, readReport } from './report.ts';

/** So many letters that came back softly within this time, and an address is left alone. */
const SOFT_LIMIT = 5;
const SOFT_WINDOW_MS = 30 * 24 * 3_600_000;
/** How far the clock of whoever signs may be off; also how long a copied request could be sent again. */
const SIGNATURE_MS = 5 * 60_000;

export interface BounceOutcome {
  kind: Report['kind'];
  said: string;
  /** The letter it is about; undefined when it names none of ours, and then nothing was done. */
  letter?: number;
  /** Whether its address is left alone from now on. */
  isStopped: boolean;
}

/**
 * Takes in a message that came back. Acts only on a letter that the message names by its token: that alone cannot be
 * forged, all else in a mail can. The same report twice counts once.
 */
export async function takeBounce(host: Host, raw: string, { deliveredTo = '' } = {}): Promise<BounceOutcome> {
  const report = readReport(raw, deliveredTo);
  const { kind, said } = report;
  if (kind === 'nothing' || report.tokens.length === 0) return { kind, said, isStopped: false };
  const now = host.now();
  return transaction(host.database, async (db) => {
    const letter = await db
      .selectFrom('letter')
      .select(['id', 'to_address', 'bounced_at', 'state'])
      .where('bounce_token', 'in', report.tokens)
      .executeTakeFirst();
    if (!letter) return { kind, said, isStopped: false };
    await db
      .updateTable('letter')
      .set({
        bounced_at: letter.bounced_at ?? now,
        last_error: said.slice(0, 500),
        // What came back had been taken.
        ...(letter.state === 'unknown' ? { state: 'sent' as const, settled_at: now, body_json: null } : {}),
      })
      .where('id', '=', letter.id)
      .execute();
    const stop = async (reason: 'hard-bounce' | 'complaint' | 'soft-bounces') => {
      await suppress(db, letter.to_address, reason, said.slice(0, 200), now);
      return { kind, said, letter: letter.id, isStopped: true };
    };
    // An address that was forgotten in the meantime is empty.
    if (letter.to_address === '') return { kind, said, letter: letter.id, isStopped: false };
    if (kind === 'hard') return stop('hard-bounce');
    if (kind === 'complaint') return stop('complaint');
    const { count } = await db
      .selectFrom('letter')
      .select((s) => s.fn.countAll<number>().as('count'))
      .where('to_address', '=', letter.to_address)
      .where('bounced_at', '>', now - SOFT_WINDOW_MS)
      .executeTakeFirstOrThrow();
    if (Number(count) >= SOFT_LIMIT) return stop('soft-bounces');
    return { kind, said, letter: letter.id, isStopped: false };
  });
}

/**
 * Whether a request that hands in a bounce was signed with the site's hook secret: `t=<seconds>,v1=<hex of HMAC-SHA256
 * over "t.body">`.
 */
export function isSignedBounce(host: Host, header: string, body: string): boolean {
  const secret = host.settings.mail.hookSecret;
  const parts = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header.trim());
  if (!secret || !parts) return false;
  const [, seconds, given] = parts;
  if (Math.abs(host.now() - Number(seconds) * 1000) > SIGNATURE_MS) return false;
  const expected = createHmac('sha256', secret).update(`${seconds}.${body}`, 'latin1').digest();
  return timingSafeEqual(Buffer.from(given, 'hex'), expected);
}
