import { changeAddress, readAddressChange } from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  return { to: readAddressChange(currentHost(), params.token)?.to };
};

export const actions: Actions = {
  default: async ({ params }) => {
    const changed = await changeAddress(currentHost(), params.token);
    if (!changed) return fail(410, { isOver: true });
    redirect(303, `/digest/preferences/${changed.preferences}?moved=yes`);
  },
};
