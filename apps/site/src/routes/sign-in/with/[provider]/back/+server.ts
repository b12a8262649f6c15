import { findProvider, finishElsewhere } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { error, redirect } from '@sveltejs/kit';
import { refusedPage } from '#lib/server/problem.ts';
import { signIn, takeReturn } from '#lib/server/session-cookie.ts';
import { pathOnly } from '../../../../../access.ts';
import type { RequestHandler } from './$types';

/** Where another site sends the browser back to. */
export const GET: RequestHandler = async (event) => {
  const { params, url, locals, request } = event;
  const host = currentHost();
  const provider = findProvider(host, params.provider);
  if (!provider || host.settings.mode === 'none') error(404);
  const outcome = await finishElsewhere(host, provider, {
    secret: takeReturn(event) ?? '',
    search: url.search,
    acting: locals.acting,
    agent: request.headers.get('user-agent') ?? '',
  });
  if ('refused' in outcome) return refusedPage(403, 'You are not signed in', outcome.refused);
  if (outcome.session) signIn(event, outcome.session);
  redirect(303, pathOnly(outcome.next));
};
