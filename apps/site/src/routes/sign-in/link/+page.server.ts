import { followLink, lookAtLink } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail, redirect } from '@sveltejs/kit';
import { callerOf, field } from '#lib/server/forms.ts';
import { signIn } from '#lib/server/session-cookie.ts';
import { pathOnly } from '../../../access.ts';
import type { Actions, PageServerLoad } from './$types';

/** The page that a letter's link opens. It only asks: programs that look into mails follow links, and press nothing. */
export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'referrer-policy': 'same-origin' });
  const token = url.searchParams.get('token') ?? '';
  const link = await lookAtLink(currentHost(), token);
  const signedIn = locals.acting.via === 'session' ? locals.acting.reader : undefined;
  return {
    token,
    link: link && { email: link.email, isConfirming: link.readerId !== undefined },
    other: link && signedIn && link.readerId === undefined && signedIn.email !== link.email ? signedIn.name : undefined,
  };
};

export const actions: Actions = {
  default: async (event) => {
    const token = field(await event.request.formData(), 'token');
    const outcome = await followLink(currentHost(), token, callerOf(event));
    if ('expired' in outcome)
      return fail(410, { refused: 'This link was used before or is too old. Ask for another one.' });
    if ('refused' in outcome) return fail(403, { refused: outcome.refused });
    if (outcome.session) signIn(event, outcome.session);
    redirect(303, pathOnly(outcome.next));
  },
};
