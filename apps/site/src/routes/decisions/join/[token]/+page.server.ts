import { requireRole } from '@broadsheet/newsroom/accounts';
import { invitationByLink, join, NOTICE, roleIn } from '@broadsheet/newsroom/decisions';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import { sentence } from '#lib/server/decision-page.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, setHeaders }) => {
  // The address is the right to come in: no store on the way keeps it. It goes to no other site, as no page's does.
  setHeaders({ 'cache-control': 'no-store' });
  return { notice: NOTICE, invitation: (await invitationByLink(currentHost(), params.token)) ?? null };
};

export const actions: Actions = {
  default: async ({ params, locals }) => {
    const host = currentHost();
    const reader = requireRole(locals.acting, 'reader');
    const invitation = await invitationByLink(host, params.token);
    if (!invitation) return fail(404, { refused: 'This invitation was used, taken back, or is out of date.' });
    try {
      await join(host, reader.id, invitation);
    } catch (refused) {
      // Somebody who presses twice is in, and is shown in.
      if ((await roleIn(host, invitation.decisionId, locals.acting)) === null) {
        const said = sentence(refused);
        if (said === undefined) throw refused;
        return fail(400, { refused: said });
      }
    }
    redirect(303, `/decisions/${invitation.decisionId}`);
  },
};
