import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

const shape = z.object({
  /** Who may propose papers. */
  who: z.enum(['readers', 'editors', 'nobody']),
  /** How old a paper may be, in days since its first version; 0 for any age. */
  maxAgeDays: z.number().int().min(0).max(36_500),
  /** How many one reader may propose within a day. */
  dailyCap: z.number().int().min(1).max(1_000),
  /** How old an account must be. */
  accountDays: z.number().int().min(0).max(365),
});

/** Which papers are taken from whom; set by the administrator, shown where papers are proposed. */
export type SubmissionRule = z.output<typeof shape>;

const KEY = 'submission-rule';
/** Ours: curated lists take papers up to two weeks old; a group of friends needs no waiting time. */
const DEFAULT: SubmissionRule = { who: 'readers', maxAgeDays: 14, dailyCap: 5, accountDays: 0 };

export async function readSubmissionRule(db: Kysely<Schema>): Promise<SubmissionRule> {
  const row = await db.selectFrom('setting').select('value_json').where('key', '=', KEY).executeTakeFirst();
  return row ? shape.parse(JSON.parse(row.value_json)) : DEFAULT;
}

/** @returns why the rule cannot be this; undefined when it now is. */
export async function changeSubmissionRule(host: Host, actorId: number, wanted: unknown): Promise<string | undefined> {
  const parsed = shape.safeParse(wanted);
  if (!parsed.success)
    return `${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}.`;
  const value_json = JSON.stringify(parsed.data);
  await transaction(host.database, async (db) => {
    const from = await readSubmissionRule(db);
    await db
      .insertInto('setting')
      .values({ key: KEY, value_json })
      .onConflict((c) => c.column('key').doUpdateSet({ value_json }))
      .execute();
    const detail = { from, to: parsed.data };
    await audit(db, { actorId, action: 'submissions.rule', subject: 'site', detail }, host.now());
    await bumpSequence(db, 'change');
  });
  await host.contentChanged();
  return undefined;
}
