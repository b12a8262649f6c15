import { NOTICE, verifyDecision } from '@broadsheet/newsroom/decisions';
import { readable } from '#lib/server/decision-page.ts';
import { decisionView } from '#lib/server/decision-view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { host, state, role } = await readable(locals, params.id);
  return {
    notice: NOTICE,
    decision: await decisionView(host, state, role),
    chain: await verifyDecision(host.database.db, state.id),
  };
};
