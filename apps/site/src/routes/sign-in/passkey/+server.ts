import { beginPasskeySignIn } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { json } from '@sveltejs/kit';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** What the browser needs to offer the passkeys that it has for this site. */
export const POST: RequestHandler = async ({ url, getClientAddress }) => {
  const host = currentHost();
  if (host.settings.mode === 'none') return problem(404, 'No accounts', 'This site has no accounts.');
  const begun = await beginPasskeySignIn(host, { origin: url.origin, address: getClientAddress() });
  if ('retryAt' in begun) return problem(429, 'Too often', 'That was tried too often; try again in a few minutes.');
  return json(begun, { headers: { 'cache-control': 'no-store' } });
};
