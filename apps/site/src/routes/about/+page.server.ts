import { currentHost } from '@broadsheet/newsroom/host';
import { openBursts, readVoteRule } from '@broadsheet/newsroom/votes';
import type { PageServerLoad } from './$types';

/** The rule on votes as it is now: what decides about them is public. */
export const load: PageServerLoad = async () => {
  const { db } = currentHost().database;
  return { rule: await readVoteRule(db), held: (await openBursts(db)).length };
};
