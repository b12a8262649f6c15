import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { changeVoteRule, readVoteRule } from '@broadsheet/newsroom/votes';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => ({ votes: await readVoteRule(currentHost().database.db) });

export const actions: Actions = {
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
