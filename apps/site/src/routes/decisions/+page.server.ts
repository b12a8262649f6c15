import { listDecisions, NOTICE } from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  return {
    now: host.now(),
    notice: NOTICE,
    isAdmin: locals.acting.role === 'admin',
    decisions: await listDecisions(host, locals.acting),
  };
};
