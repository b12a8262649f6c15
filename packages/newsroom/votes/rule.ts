import { z } from 'zod';
import { siteRule } from '../rules/index.ts';

const shape = z.object({
  most: z.number().int().min(2).max(10_000),
  windowMinutes: z.number().int().min(1).max(10_080),
  youngDays: z.number().int().min(0).max(365),
});

/**
 * When votes are held for review: as many as `most` votes for one paper within `windowMinutes`, from accounts younger
 * than `youngDays`. Older accounts are never held. Shown in public on /about; changed by the administrator.
 */
export type VoteRule = z.output<typeof shape>;

/**
 * Ours: ten new accounts that agree on one paper within an hour is more than a group of this size brings by itself; the
 * busiest hour of a curated list's median paper has fewer than ten votes in all. docs/decisions/0602-votes.md.
 */
const initial: VoteRule = { most: 10, windowMinutes: 60, youngDays: 7 };

export const { read: readVoteRule, change: changeVoteRule } = siteRule({
  key: 'vote-rule',
  action: 'votes.rule',
  shape,
  initial,
});
