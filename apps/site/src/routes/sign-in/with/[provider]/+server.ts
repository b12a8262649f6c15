import { beginElsewhere, findProvider } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { error } from '@sveltejs/kit';
import { refusedPage } from '#lib/server/problem.ts';
import { keepForReturn } from '#lib/server/session-cookie.ts';
import { pathOnly } from '../../../../access.ts';
import type { RequestHandler } from './$types';

/** Sends the browser to another site to sign in there; with `add` for the account that is signed in here. */
export const GET: RequestHandler = async (event) => {
  const { params, url, locals } = event;
  const host = currentHost();
  const provider = findProvider(host, params.provider);
  if (!provider || host.settings.mode === 'none') error(404);
  const begun = await beginElsewhere(host, provider, {
    next: pathOnly(url.searchParams.get('next')),
    address: event.getClientAddress(),
    acting: locals.acting,
    isAdding: url.searchParams.has('add'),
  }).catch((cause) => {
    host.log.warn('another site cannot be asked', { provider: provider.id, error: cause });
    return undefined;
  });
  if (!begun) return refusedPage(502, `${provider.title} does not answer`, 'Sign in by mail, or try again later.');
  if ('retryAt' in begun) return refusedPage(429, 'Too often', 'Try again in a few minutes.');
  keepForReturn(event, begun.secret);
  // Not redirect(), which refuses to lead to another site: this one is the operator's choice.
  return new Response(null, { status: 303, headers: { location: begun.url, 'cache-control': 'no-store' } });
};
