import { redeemAdminToken } from '@broadsheet/newsroom/accounts';
import { foldEditionZero, isEditionZeroFolded } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import { signIn } from '#lib/server/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const isAdmin = locals.acting.role === 'admin';
  return { isAdmin, isFolded: isAdmin && (await isEditionZeroFolded(currentHost())) };
};

export const actions: Actions = {
  enter: async (event) => {
    const token = (await event.request.formData()).get('token');
    const agent = event.request.headers.get('user-agent') ?? '';
    const session =
      typeof token === 'string'
        ? await redeemAdminToken(currentHost(), token.trim(), { acting: event.locals.acting, agent })
        : undefined;
    if (!session)
      return fail(403, {
        refused: 'This token is wrong, or was used before. It was printed at the first start of this site.',
      });
    signIn(event, session);
    redirect(303, '/admin');
  },
  fold: async ({ request }) => {
    await foldEditionZero(currentHost(), (await request.formData()).get('folded') === 'yes');
    return { saved: true };
  },
};
