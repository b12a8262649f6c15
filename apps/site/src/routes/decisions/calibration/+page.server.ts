import { calibrationOf, FEWEST_TO_SCORE, NOTICE } from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  return { notice: NOTICE, fewest: FEWEST_TO_SCORE, calibration: await calibrationOf(currentHost(), locals.acting) };
};
