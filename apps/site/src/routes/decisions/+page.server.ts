import { requireRole } from '@broadsheet/newsroom/accounts';
import { declineInvitation, invitationsOf, join, listDecisions, NOTICE } from '@broadsheet/newsroom/decisions';
import { dayIn } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import { sentence } from '#lib/server/decision-page.ts';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders, url }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const reader = requireRole(locals.acting, 'reader');
  return {
    now: host.now(),
    today: dayIn(host.now(), host.settings.zone),
    notice: NOTICE,
    isAdmin: locals.acting.role === 'admin',
    invitations: await invitationsOf(host, reader.id),
    ...(await listDecisions(host, locals.acting, url.searchParams.get('after'))),
  };
};

export const actions: Actions = {
  accept: async ({ locals, request }) => {
    const host = currentHost();
    const reader = requireRole(locals.acting, 'reader');
    const id = field(await request.formData(), 'id');
    const invitation = (await invitationsOf(host, reader.id)).find((each) => each.id === id);
    if (!invitation) return fail(404, { refused: 'This invitation was taken back, or is out of date.' });
    try {
      await join(host, reader.id, invitation);
    } catch (refused) {
      const said = sentence(refused);
      if (said === undefined) throw refused;
      return fail(400, { refused: said });
    }
    redirect(303, `/decisions/${invitation.decisionId}`);
  },
  decline: async ({ locals, request }) => {
    const reader = requireRole(locals.acting, 'reader');
    await declineInvitation(currentHost(), reader.id, field(await request.formData(), 'id'));
    redirect(303, '/decisions');
  },
};
