import { foldEditionZero, isEditionZeroFolded } from '@broadsheet/newsroom/editions';
import { currentHost, isAdminSession, redeemAdminToken } from '@broadsheet/newsroom/host';
import { fail } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

const COOKIE = 'broadsheet-admin';
const YEAR_SECONDS = 365 * 86_400;

export const load: PageServerLoad = async ({ cookies }) => {
  const host = currentHost();
  const isAdmin = await isAdminSession(host, cookies.get(COOKIE));
  return { isAdmin, isFolded: isAdmin && (await isEditionZeroFolded(host)) };
};

export const actions: Actions = {
  enter: async ({ request, cookies, url }) => {
    const token = (await request.formData()).get('token');
    const session = typeof token === 'string' ? await redeemAdminToken(currentHost(), token.trim()) : undefined;
    if (!session)
      return fail(403, {
        refused: 'This token is wrong, or was used before. It was printed at the first start of this site.',
      });
    cookies.set(COOKIE, session, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: url.protocol === 'https:',
      maxAge: YEAR_SECONDS,
    });
    return { entered: true };
  },
  fold: async ({ request, cookies }) => {
    const host = currentHost();
    if (!(await isAdminSession(host, cookies.get(COOKIE))))
      return fail(403, { refused: 'Only the administrator may do this.' });
    await foldEditionZero(host, (await request.formData()).get('folded') === 'yes');
    return { saved: true };
  },
};
