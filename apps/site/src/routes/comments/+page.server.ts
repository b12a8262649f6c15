import { requireRole } from '@broadsheet/newsroom/accounts';
import { listComments, lockDiscussion, writeComment } from '@broadsheet/newsroom/discussion';
import { currentHost } from '@broadsheet/newsroom/host';
import { plainText } from '@broadsheet/newsroom/papers';
import { fail, redirect } from '@sveltejs/kit';
import { REFUSAL_STATUS, viewerOf } from '#lib/server/discussion-view.ts';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE = 30;

/** What was said last, anywhere. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const cursor = Number(url.searchParams.get('before') ?? Number.NaN);
  const { comments, next } = await listComments(currentHost().database.db, {
    ...{ newestFirst: true, limit: PAGE, viewer: viewerOf(locals.acting) },
    ...(Number.isSafeInteger(cursor) ? { after: cursor } : {}),
  });
  return { comments: comments.map((c) => ({ ...c, paperTitle: plainText(c.paperTitle) })), next };
};

export const actions: Actions = {
  write: async ({ request, locals }) => {
    const reader = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const paperKey = field(form, 'paper');
    const text = field(form, 'text');
    const outcome = await writeComment(currentHost(), { reader, paperKey, text });
    if ('refused' in outcome) {
      const { refused, reason } = outcome;
      return fail(REFUSAL_STATUS[reason], { refused, text, paper: paperKey });
    }
    redirect(303, `/papers/${outcome.paperKey}#comment-${outcome.key}`);
  },
  lock: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const form = await request.formData();
    const paperKey = field(form, 'paper');
    const outcome = await lockDiscussion(currentHost(), { actorId, paperKey, on: field(form, 'lock') === 'on' });
    if ('refused' in outcome) return fail(404, { refused: outcome.refused, text: '', paper: paperKey });
    redirect(303, `/papers/${paperKey}#discussion`);
  },
};
