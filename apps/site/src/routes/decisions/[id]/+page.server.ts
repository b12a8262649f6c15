import { randomUUID } from 'node:crypto';
import { CALIBRATION_STAGES, INITIALISATION_STAGES, NOTICE } from '@broadsheet/newsroom/decisions';
import { decisionActions } from '#lib/server/decision-actions.ts';
import { readable } from '#lib/server/decision-page.ts';
import { decisionView } from '#lib/server/decision-view.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const { host, state, ...viewer } = await readable(locals, params.id);
  return {
    notice: NOTICE,
    decision: await decisionView(host, state, viewer),
    stages: { initialisation: INITIALISATION_STAGES, calibration: CALIBRATION_STAGES },
    /** Names the next turn, so that a form sent twice is one turn. */
    nextKey: randomUUID(),
  };
};

export const actions: Actions = decisionActions;
