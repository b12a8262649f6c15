import { NOTICE, verifyDecision } from '@broadsheet/newsroom/decisions';
import { listedEvents } from '#lib/server/decision-events.ts';
import { readable } from '#lib/server/decision-page.ts';
import { decisionView } from '#lib/server/decision-view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { host, state, ...viewer } = await readable(locals, params.id);
  return {
    notice: NOTICE,
    decision: await decisionView(host, state, viewer),
    chain: await verifyDecision(host.database.db, state.id),
    events: await listedEvents(host, state, viewer.role),
  };
};
