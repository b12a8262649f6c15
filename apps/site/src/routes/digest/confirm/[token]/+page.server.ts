import { confirmSubscription, pendingSubscription } from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

/** Looks only: programs that follow every link in a mail must begin nothing. */
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  const pending = await pendingSubscription(currentHost(), params.token);
  return {
    pending: pending && {
      address: pending.address,
      feed: pending.feed,
      pace: pending.pace,
      hour: pending.hour,
      zone: pending.zone,
    },
  };
};

export const actions: Actions = {
  default: async ({ params }) => {
    const begun = await confirmSubscription(currentHost(), params.token);
    if (!begun) return fail(410, { isOver: true });
    redirect(303, `/digest/preferences/${begun.preferences}?begun=yes`);
  },
};
