import { limitTry, redeemAdminToken } from '@broadsheet/newsroom/accounts';
import { foldEditionZero, isEditionZeroFolded } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { sourceStatus } from '@broadsheet/newsroom/sources';
import { openBursts } from '@broadsheet/newsroom/votes';
import { fail, redirect } from '@sveltejs/kit';
import { againAt, field } from '#lib/server/forms.ts';
import { signIn } from '#lib/server/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { role } = locals.acting;
  const isDesk = role === 'admin' || (role === 'editor' && locals.acting.via === 'session');
  if (!isDesk) return { desk: undefined };
  const host = currentHost();
  const bursts = await openBursts(host.database.db);
  const sources = await sourceStatus(host);
  return {
    desk: {
      isAdmin: role === 'admin',
      isFolded: await isEditionZeroFolded(host),
      bursts: bursts.length,
      failing: sources.filter((source) => source.isOn && source.isFailing).map((source) => source.title),
    },
  };
};

export const actions: Actions = {
  enter: async (event) => {
    const host = currentHost();
    const limited = await limitTry(host.database.db, 'token', { address: event.getClientAddress() }, host.now());
    if (limited) return fail(429, { refused: againAt(event, host, limited.retryAt) });
    const session = await redeemAdminToken(host, field(await event.request.formData(), 'token'), {
      acting: event.locals.acting,
      agent: event.request.headers.get('user-agent') ?? '',
    });
    if (!session)
      return fail(403, {
        refused: 'This token is wrong, or was used before. It was printed at the first start of this site.',
      });
    signIn(event, session);
    redirect(303, '/admin');
  },
  fold: async ({ request, locals }) => {
    const actorId = locals.acting.reader?.id as number;
    await foldEditionZero(currentHost(), actorId, field(await request.formData(), 'folded') === 'yes');
    return { said: 'Kept.' };
  },
};
