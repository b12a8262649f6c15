import { z } from 'zod';
import { siteRule } from '../rules/index.ts';

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

/** Ours: curated lists take papers up to two weeks old; a group of friends needs no waiting time. */
const initial: SubmissionRule = { who: 'readers', maxAgeDays: 14, dailyCap: 5, accountDays: 0 };

export const { read: readSubmissionRule, change: changeSubmissionRule } = siteRule({
  key: 'submission-rule',
  action: 'submissions.rule',
  shape,
  initial,
});
