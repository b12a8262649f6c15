import { requireRole } from '@broadsheet/newsroom/accounts';
import {
  editComment,
  hideComment,
  REACTIONS,
  readComment,
  removeComment,
  reportComment,
  setReaction,
  writeComment,
} from '@broadsheet/newsroom/discussion';
import { currentHost } from '@broadsheet/newsroom/host';
import { titleHtml } from '@broadsheet/newsroom/papers';
import { error, fail, redirect } from '@sveltejs/kit';
import { mayOf, REFUSAL_STATUS, viewerOf } from '#lib/server/discussion-view.ts';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

/** One comment, what it said before, and everything that can be done with it. */
export const load: PageServerLoad = async ({ params, locals, setHeaders }) => {
  const viewer = viewerOf(locals.acting);
  const comment = await readComment(currentHost().database.db, params.comment, viewer);
  if (!comment) error(404, 'This comment is not here', { detail: 'It may never have been, or is in another place.' });
  setHeaders({ 'x-robots-tag': 'noindex' });
  return {
    comment,
    titleHtml: titleHtml(comment.paperTitle),
    may: mayOf(locals.acting),
    isEditor: viewer.isEditor === true,
    reactions: REACTIONS,
  };
};

export const actions: Actions = {
  reply: async ({ request, locals, params }) => {
    const reader = requireRole(locals.acting, 'reader');
    const { db } = currentHost().database;
    const text = field(await request.formData(), 'text');
    const parent = await readComment(db, params.comment);
    if (!parent) error(404, 'This comment is not here');
    const answer = { reader, paperKey: parent.paperKey, text, replyTo: params.comment };
    return after('reply', await writeComment(currentHost(), answer), text);
  },
  edit: async ({ request, locals, params }) => {
    const reader = requireRole(locals.acting, 'reader');
    const text = field(await request.formData(), 'text');
    return after('edit', await editComment(currentHost(), { reader, key: params.comment, text }), text);
  },
  remove: async ({ locals, params }) => {
    const reader = requireRole(locals.acting, 'reader');
    return after('edit', await removeComment(currentHost(), { reader, key: params.comment }));
  },
  react: async ({ request, locals, params }) => {
    const reader = requireRole(locals.acting, 'reader');
    const host = currentHost();
    const said = field(await request.formData(), 'reaction');
    const reaction = REACTIONS.find((r) => r === said);
    const comment = await readComment(host.database.db, params.comment, viewerOf(locals.acting));
    if (!reaction || !comment) error(400, 'Not a reaction', { detail: `Send one of ${REACTIONS.join(', ')}.` });
    // A form cannot know what was pressed since its page was made: a press turns what is there.
    const isOn = comment.reactions.some((r) => r.reaction === reaction && r.mine);
    const outcome = await setReaction(host, { reader, key: params.comment, reaction, on: !isOn });
    if ('refused' in outcome) return after('react', outcome);
    redirect(303, `/papers/${comment.paperKey}#comment-${params.comment}`);
  },
  report: async ({ request, locals, params }) => {
    const reader = requireRole(locals.acting, 'reader');
    const reason = field(await request.formData(), 'reason');
    const outcome = await reportComment(currentHost(), { reader, key: params.comment, reason });
    if ('refused' in outcome) return after('report', outcome, reason);
    return { part: 'report', said: 'The editors will look at it. Thank you.' };
  },
  hide: async ({ request, locals, params }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const on = field(await request.formData(), 'hide') === 'on';
    const outcome = await hideComment(currentHost(), { actorId, key: params.comment, on });
    if ('refused' in outcome) return after('hide', outcome);
    return { part: 'hide', said: on ? 'Hidden from readers.' : 'Shown again.' };
  },
};

/** Back to the thread where it was done; what was written, and why not, where it was refused. */
function after(part: string, outcome: Awaited<ReturnType<typeof editComment | typeof setReaction>>, text = '') {
  if ('refused' in outcome) return fail(REFUSAL_STATUS[outcome.reason], { part, refused: outcome.refused, text });
  if ('paperKey' in outcome) redirect(303, `/papers/${outcome.paperKey}#comment-${outcome.key}`);
  redirect(303, `/comments/${outcome.key}`);
}
