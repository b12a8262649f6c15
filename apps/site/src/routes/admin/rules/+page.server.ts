import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { changeSubmissionRule, readSubmissionRule } from '@broadsheet/newsroom/submissions';
import { changeVoteRule, readVoteRule } from '@broadsheet/newsroom/votes';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const { db } = currentHost().database;
  return { votes: await readVoteRule(db), submissions: await readSubmissionRule(db) };
};

export const actions: Actions = {
  submissions: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const number = (name: string) => Number(field(form, name) || Number.NaN);
    const refused = await changeSubmissionRule(currentHost(), actor.id, {
      who: field(form, 'who'),
      maxAgeDays: number('maxAgeDays'),
      dailyCap: number('dailyCap'),
      accountDays: number('accountDays'),
    });
    return refused ? fail(400, { refused }) : { said: 'This is the rule from now on.' };
  },
  votes: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const number = (name: string) => Number(field(form, name) || Number.NaN);
    const refused = await changeVoteRule(currentHost(), actor.id, {
      most: number('most'),
      windowMinutes: number('windowMinutes'),
      youngDays: number('youngDays'),
    });
    return refused ? fail(400, { refused }) : { said: 'This is the rule from now on.' };
  },
};
