import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

/**
 * When votes are held for review: as many as `most` votes for one paper within `windowMinutes`, from accounts younger
 * than `youngDays`. Older accounts are never held. Shown in public on /about; changed by the administrator.
 */
export interface VoteRule {
  most: number;
  windowMinutes: number;
  youngDays: number;
}

const KEY = 'vote-rule';

const shape = z.object({
  most: z.number().int().min(2).max(10_000),
  windowMinutes: z.number().int().min(1).max(10_080),
  youngDays: z.number().int().min(0).max(365),
});

/**
 * Ours: ten new accounts that agree on one paper within an hour is more than a group of this size brings by itself; the
 * busiest hour of a curated list's median paper has fewer than ten votes in all. docs/decisions/0602-votes.md.
 */
const DEFAULT: VoteRule = { most: 10, windowMinutes: 60, youngDays: 7 };

export async function readVoteRule(db: Kysely<Schema>): Promise<VoteRule> {
  const row = await db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
  return row ? shape.parse(JSON.parse(row.value_json)) : DEFAULT;
}

/** @returns why the rule cannot be this; undefined when it now is. */
export async function changeVoteRule(host: Host, actorId: number, wanted: unknown): Promise<string | undefined> {
  const parsed = shape.safeParse(wanted);
  if (!parsed.success)
    return `${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}.`;
  const value_json = JSON.stringify(parsed.data);
  await transaction(host.database, async (db) => {
    const from = await readVoteRule(db);
    await db
      .insertInto('setting')
      .values({ key: KEY, value_json })
      .onConflict((c) => c.column('key').doUpdateSet({ value_json }))
      .execute();
    await audit(db, { actorId, action: 'votes.rule', subject: 'site', detail: { from, to: parsed.data } }, host.now());
    // The rule stands on a public page.
    await bumpSequence(db, 'change');
  });
  await host.contentChanged();
  return undefined;
}
