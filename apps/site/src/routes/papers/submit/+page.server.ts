import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { plainText } from '@broadsheet/newsroom/papers';
import { listSubmissions, readSubmissionRule, submitPaper } from '@broadsheet/newsroom/submissions';
import { fail, redirect } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const { db } = host.database;
  const readerId = locals.acting.reader?.id;
  const mine = readerId === undefined ? [] : await listSubmissions(db, { readerId, limit: 20 });
  return {
    now: host.now(),
    rule: await readSubmissionRule(db),
    isSignedIn: readerId !== undefined,
    what: (url.searchParams.get('paper') ?? '').slice(0, 2_000),
    done: url.searchParams.has('done'),
    mine: mine.map((one) => ({ ...one, paper: { ...one.paper, title: plainText(one.paper.title) } })),
  };
};

export const actions: Actions = {
  default: async ({ request, locals }) => {
    const reader = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const given = { what: field(form, 'paper'), comment: field(form, 'comment'), mediaUrl: field(form, 'media') };
    const outcome = await submitPaper(currentHost(), { reader, role: locals.acting.role ?? 'reader', ...given });
    if ('refused' in outcome)
      return fail(outcome.rule === 'daily cap' ? 429 : 422, { refused: outcome.refused, rule: outcome.rule, ...given });
    redirect(303, '/papers/submit?done');
  },
};
