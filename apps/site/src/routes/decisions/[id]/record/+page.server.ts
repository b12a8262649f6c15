import { NOTICE, namesOf, readEvents, verifyDecision, whyNotErased } from '@broadsheet/newsroom/decisions';
import { readable } from '#lib/server/decision-page.ts';
import { decisionView } from '#lib/server/decision-view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { host, state, ...viewer } = await readable(locals, params.id);
  const { db } = host.database;
  const events = await readEvents(db, state.id);
  const names = await namesOf(
    db,
    events.map(({ actor }) => actor),
  );
  return {
    notice: NOTICE,
    decision: await decisionView(host, state, viewer),
    chain: await verifyDecision(db, state.id),
    events: events.map((event) => ({
      seq: event.seq,
      type: event.type,
      at: event.at,
      by: names.get(event.actor) ?? event.actor,
      isErased: event.payload === null,
      mayErase: viewer.role === 'owner' && whyNotErased(state, event) === null,
    })),
  };
};
