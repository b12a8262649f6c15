import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import {
  type ActionOutcome,
  filedTopic,
  hideTopic,
  mergeTopics,
  renameTopic,
  splitTopic,
  undoTopicAction,
} from '@broadsheet/newsroom/topics';
import { fail, redirect } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import { loadTopicEdit } from '#lib/server/topics/edit.ts';
import { topicAt } from '#lib/server/topics/page.ts';
import { papersWord } from '#lib/server/topics/words.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = ({ params, locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  return loadTopicEdit(Number(params.id), locals.acting);
};

export const actions: Actions = {
  rename: async (event) => {
    const { topicId, readerId, form } = await asked(event);
    const outcome = await renameTopic(currentHost(), { topicId, name: field(form, 'name'), readerId });
    return answer(outcome, () => ({ said: 'Renamed. Later stages keep the name.' }));
  },
  merge: async (event) => {
    const { topicId, readerId, form } = await asked(event);
    const host = currentHost();
    const into = await filedTopic(host, Number(field(form, 'into')));
    if (!into) return fail(400, { refused: 'Choose the topic that it is to be filed under.' });
    if (field(form, 'sure') !== 'yes') {
      const { papers } = await topicAt(topicId, event.locals.acting);
      return {
        sure: {
          action: 'merge',
          into: into.id,
          text: `${papersWord(papers)} will be filed under “${into.name}”, and so will whatever comes to this topic from now on. Its address will lead there.`,
          button: 'Merge them',
        },
      };
    }
    const outcome = await mergeTopics(host, { topicId, into: into.id, readerId });
    if ('refused' in outcome) return fail(409, { refused: outcome.refused });
    redirect(303, `/topics/${into.id}/edit`);
  },
  split: async (event) => {
    const { topicId, readerId, form } = await asked(event);
    if (field(form, 'sure') !== 'yes') {
      const { papers } = await topicAt(topicId, event.locals.acting);
      return {
        sure: {
          action: 'split',
          text: `${papersWord(papers)} will be parted in two where they differ most. The larger part keeps this number and name; the other gets a number and a name of its own, also for what comes later. Undone, it is filed here again.`,
          button: 'Split it',
        },
      };
    }
    const outcome = await splitTopic(currentHost(), { topicId, readerId });
    return answer(outcome, ({ newId }) => ({ said: 'Split in two.', newId }));
  },
  hide: async (event) => {
    const { topicId, readerId } = await asked(event);
    const outcome = await hideTopic(currentHost(), { topicId, readerId });
    return answer(outcome, () => ({ said: 'Hidden from lists, papers and readers. It can be undone below.' }));
  },
  undo: async (event) => {
    const { readerId, form } = await asked(event);
    const actionId = Number(field(form, 'action'));
    if (!Number.isSafeInteger(actionId)) return fail(400, { refused: 'Say which action is to be undone.' });
    const outcome = await undoTopicAction(currentHost(), { actionId, readerId });
    return answer(outcome, () => ({ said: 'Undone.' }));
  },
};

async function asked({ request, locals, params }: RequestEvent) {
  const { id: readerId } = requireRole(locals.acting, 'editor');
  return { readerId, topicId: Number(params.id), form: await request.formData() };
}

/** What was done, in words, or why it was not. */
function answer<T>(outcome: ActionOutcome, done: (made: Exclude<ActionOutcome, { refused: string }>) => T) {
  return 'refused' in outcome ? fail(409, { refused: outcome.refused }) : done(outcome);
}
