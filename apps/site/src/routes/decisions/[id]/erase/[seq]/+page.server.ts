import { AccessError } from '@broadsheet/newsroom/accounts';
import {
  actorOf,
  type DecisionEvent,
  NOTICE,
  namesOf,
  readEvents,
  requireNeed,
  StaleDecision,
  whyNotErased,
  wordsIn,
} from '@broadsheet/newsroom/decisions';
import { error, fail, redirect } from '@sveltejs/kit';
import { ACTS } from '#lib/server/decision-acts.ts';
import { readable, sentence } from '#lib/server/decision-page.ts';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { host, state, role } = await readable(locals, params.id);
  if (role !== 'owner')
    error(403, 'Not allowed', { detail: 'Only the owner of this decision may erase what is on record.' });
  const { db } = host.database;
  const event = (await readEvents(db, state.id)).find(({ seq }) => String(seq) === params.seq);
  if (!event) error(404, 'No such event', { detail: `This record has no event ${params.seq}.` });
  const names = await namesOf(db, [event.actor]);
  return {
    notice: NOTICE,
    decision: { id: state.id, title: state.title },
    event: {
      seq: event.seq,
      type: event.type,
      at: event.at,
      by: names.get(event.actor) ?? event.actor,
      words: event.payload === null ? null : wordsIn(event.payload as unknown as DecisionEvent, event.seq),
      whyNot: whyNotErased(state, event),
    },
  };
};

export const actions: Actions = {
  default: async ({ locals, params, request }) => {
    const form = await request.formData();
    const reason = field(form, 'reason');
    try {
      const found = await readable(locals, params.id);
      requireNeed(found.role, 'erase');
      const { input, work } = ACTS.erase;
      const asked = input.parse({ seq: params.seq, reason, isSure: form.has('isSure') });
      await work({ ...found, actor: actorOf(found.readerId), signal: request.signal }, asked);
    } catch (refused) {
      const said = sentence(refused);
      if (said === undefined) throw refused;
      const status = refused instanceof AccessError ? refused.status : refused instanceof StaleDecision ? 409 : 400;
      return fail(status, { refused: said, reason });
    }
    redirect(303, `/decisions/${params.id}/record#events`);
  },
};
