import { beginPasskey, requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { json } from '@sveltejs/kit';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** What the browser needs to make a passkey for the account that is signed in. */
export const POST: RequestHandler = async ({ url, locals }) => {
  const reader = requireRole(locals.acting, 'reader');
  if (locals.acting.via === 'local') return problem(403, 'No accounts', 'This site has no accounts.');
  const begun = await beginPasskey(currentHost(), reader, url.origin);
  return json(begun, { headers: { 'cache-control': 'no-store' } });
};
