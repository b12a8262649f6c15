import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { plainText } from '@broadsheet/newsroom/papers';
import {
  decideClaim,
  decideSubmission,
  listSubmissions,
  openClaims,
  type SubmissionView,
  undoDecision,
} from '@broadsheet/newsroom/submissions';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  const { db } = host.database;
  const waiting = await listSubmissions(db, { state: 'waiting' });
  const claims = await openClaims(db);
  const decided = (await listSubmissions(db, { limit: 20 })).filter((one) => one.state !== 'waiting');
  const titled = (one: SubmissionView) => ({ ...one, paper: { ...one.paper, title: plainText(one.paper.title) } });
  return {
    now: host.now(),
    waiting: waiting.map(titled),
    decided: decided.map(titled),
    claims: claims.map((one) => ({ ...one, paper: { ...one.paper, title: plainText(one.paper.title) } })),
  };
};

export const actions: Actions = {
  decide: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const form = await request.formData();
    const accept = field(form, 'decision') === 'accept';
    const id = Number(field(form, 'id'));
    const key = Number.isSafeInteger(id)
      ? await decideSubmission(currentHost(), { id, actorId, accept, said: field(form, 'said') })
      : undefined;
    if (key === undefined) return fail(409, { refused: 'This was decided before.' });
    return { said: accept ? 'It is in today’s edition.' : 'It is not taken; who proposed it reads why.' };
  },
  undo: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const id = Number(field(await request.formData(), 'id'));
    if (!Number.isSafeInteger(id)) return fail(400, { refused: 'Which proposal is meant?' });
    const outcome = await undoDecision(currentHost(), { id, actorId });
    return 'refused' in outcome ? fail(409, outcome) : { said: 'It waits for a decision again.' };
  },
  claim: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const form = await request.formData();
    const accept = field(form, 'decision') === 'accept';
    const claim = { actorId, readerId: Number(field(form, 'reader')), paperKey: field(form, 'paper'), accept };
    if (!Number.isSafeInteger(claim.readerId) || !(await decideClaim(currentHost(), claim)))
      return fail(409, { refused: 'This was decided before.' });
    return { said: accept ? 'Confirmed.' : 'Refused.' };
  },
};
