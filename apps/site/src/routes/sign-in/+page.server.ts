import { requestSignIn, signInByPassword } from '@broadsheet/newsroom/accounts';
import { currentHost, type Host } from '@broadsheet/newsroom/host';
import { error, fail, redirect } from '@sveltejs/kit';
import { againAt, callerOf, field } from '#lib/server/forms.ts';
import { signIn } from '#lib/server/session-cookie.ts';
import { pathOnly } from '../../access.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, locals, setHeaders }) => {
  const host = withAccounts();
  setHeaders({ 'cache-control': 'no-store' });
  const next = pathOnly(url.searchParams.get('next'));
  if (locals.acting.via === 'session') redirect(303, next);
  const { passwords, providers, join } = host.settings.accounts;
  return {
    next,
    passwords,
    isOpen: join === 'open',
    domains: Array.isArray(join) ? join : [],
    providers: providers.map(({ id, title }) => ({ id, title })),
  };
};

export const actions: Actions = {
  mail: async (event) => {
    const host = withAccounts();
    const form = await event.request.formData();
    const email = field(form, 'email');
    const next = pathOnly(field(form, 'next'));
    const outcome = await requestSignIn(host, { email, next, address: event.getClientAddress() });
    if ('refused' in outcome) return fail(400, { refused: outcome.refused, email });
    if ('retryAt' in outcome) return fail(429, { refused: againAt(event, host, outcome.retryAt), email });
    // The same for every address: whether it has an account is nobody else's business.
    return { sent: email };
  },
  password: async (event) => {
    const host = withAccounts();
    if (!host.settings.accounts.passwords) error(404);
    const form = await event.request.formData();
    const email = field(form, 'email');
    const outcome = await signInByPassword(host, { email, password: field(form, 'password') }, callerOf(event));
    if ('retryAt' in outcome) return fail(429, { refused: againAt(event, host, outcome.retryAt), email });
    if ('wrong' in outcome) return fail(403, { refused: 'Address and password do not belong together.', email });
    signIn(event, outcome.session);
    redirect(303, pathOnly(field(form, 'next')));
  },
};

function withAccounts(): Host {
  const host = currentHost();
  if (host.settings.mode === 'none')
    error(404, 'This site has no accounts', {
      detail: 'Whoever reaches it is its one reader; there is nothing to sign in to.',
    });
  return host;
}
