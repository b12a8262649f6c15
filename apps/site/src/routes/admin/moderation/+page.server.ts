import { requireRole } from '@broadsheet/newsroom/accounts';
import { hideComment, keepComment, reportedComments } from '@broadsheet/newsroom/discussion';
import { currentHost } from '@broadsheet/newsroom/host';
import { decideBurst, openBursts, readVoteRule } from '@broadsheet/newsroom/votes';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const host = currentHost();
  const { db } = host.database;
  return {
    now: host.now(),
    mayDecide: locals.acting.role === 'admin',
    rule: await readVoteRule(db),
    bursts: await openBursts(db),
    reported: await reportedComments(db),
  };
};

export const actions: Actions = {
  comment: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const form = await request.formData();
    const key = field(form, 'key');
    const isHiding = field(form, 'decision') === 'hide';
    const outcome = isHiding
      ? await hideComment(currentHost(), { actorId, key, on: true })
      : await keepComment(currentHost(), { actorId, key });
    if ('refused' in outcome) return fail(404, { refused: outcome.refused });
    return { said: isHiding ? 'The comment is hidden.' : 'The comment stays as it is.' };
  },
  burst: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const decision = field(form, 'decision');
    if (decision !== 'released' && decision !== 'discarded')
      return fail(400, { refused: 'Say whether these votes are to count.' });
    const burstId = Number(field(form, 'id'));
    const votes = await decideBurst(currentHost(), { burstId, actorId: actor.id, decision });
    if (votes === undefined) return fail(409, { refused: 'This was decided before.' });
    return { said: `${votes} ${votes === 1 ? 'vote' : 'votes'} ${decision}.` };
  },
};
