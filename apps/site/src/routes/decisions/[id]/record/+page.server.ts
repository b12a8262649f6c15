import { ERASABLE, NOTICE, namesOf, readEvents, verifyDecision } from '@broadsheet/newsroom/decisions';
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
    events: events.map(({ seq, type, actor, at, payload }) => ({
      seq,
      type,
      at,
      by: names.get(actor) ?? actor,
      isErased: payload === null,
      mayErase: viewer.role === 'owner' && payload !== null && (ERASABLE as readonly string[]).includes(type),
    })),
  };
};
