import { randomUUID } from 'node:crypto';
import { AccessError, NOBODY, readerOf } from '@broadsheet/newsroom/accounts';
import { currentHost, storeTrouble } from '@broadsheet/newsroom/host';
import { resolveAddress } from '@broadsheet/newsroom/search';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { handOver } from '#lib/server/hand-over.ts';
import { renderPaper } from '#lib/server/paper-renderings.ts';
import { problem, refusedPage } from '#lib/server/problem.ts';
import { renderFeed } from '#lib/server/renderings.ts';
import { wayBack } from '#lib/server/way-back.ts';
import { admit, isFromElsewhere, routeOf } from './access.ts';

/** Nothing runs in a page but what this site serves; images may be the site's own and data. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

const HEADERS: Record<string, string> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export const handle: Handle = async ({ event, resolve }) => {
  const host = currentHost();
  const isRead = event.request.method === 'GET' || event.request.method === 'HEAD';
  // The first request of a site writes down its reader; a disk that is full must not keep pages from being read.
  const acting = await readerOf(host, event.request).catch((error) => {
    if (isRead && storeTrouble(error)?.status === 507) return NOBODY;
    throw error;
  });
  event.locals.acting = acting;
  event.locals.readerId = acting.scopes.includes('read') ? acting.reader?.id : undefined;
  const refused = refusal(event);
  if (refused) return secured(refused);
  if (isRead) {
    const paper = await renderPaper(host, event.url, event.request.headers.get('accept') ?? '');
    if (paper) return secured(paper);
    const path = safely(() => decodeURIComponent(event.url.pathname));
    const asked = path === undefined ? undefined : await resolveAddress(host, path, event.url.searchParams);
    if (asked?.kind === 'problem' && !takesPages(event.request)) {
      return secured(problem(asked.status, asked.title, asked.detail));
    }
    if (asked?.kind === 'feed' && asked.suffix) return secured(await renderFeed(host, event, asked));
  }
  const response = await resolve(event, { transformPageChunk: handOver(event.platform) });
  // What is made for one reader is kept by no proxy.
  if (acting.via === 'session' || acting.via === 'token') {
    if (response.headers.get('cache-control') !== 'no-store')
      response.headers.set('cache-control', 'private, no-cache');
    response.headers.append('vary', 'Cookie');
  }
  return secured(response);
};

/** Why a request is not let through, or the way to where its reader signs in; undefined where it is. */
function refusal(event: RequestEvent): Response | undefined {
  const { request, route, url, locals } = event;
  const wantsJson = request.headers.get('accept')?.includes('application/json');
  try {
    if (isFromElsewhere(request))
      throw new AccessError(403, 'Sent from another site', 'This form was sent from another site; nothing was done.');
    if (route.id !== null) admit(routeOf(request.method, route.id, url), locals.acting);
    return undefined;
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    if (error.status === 401 && !wantsJson && currentHost().settings.mode === 'accounts') {
      const next = request.method === 'GET' ? `${url.pathname}${url.search}` : wayBack(request, url);
      return new Response(null, { status: 303, headers: { location: `/sign-in?next=${encodeURIComponent(next)}` } });
    }
    return wantsJson || !request.headers.get('accept')?.includes('text/html')
      ? problem(error.status, error.title, error.message)
      : refusedPage(error.status, error.title, error.message);
  }
}

export const handleError: HandleServerError = ({ kind, error, event }) => {
  // Refusals of our own already say what to do.
  if (kind === 'app') return undefined;
  if (kind !== 'unknown')
    return { detail: 'The address may have a slip of the pen in it. The papers are all still here.' };
  const requestId = randomUUID();
  currentHost().log.error('page failed', { requestId, path: event.url.pathname, error });
  const { title, detail } = storeTrouble(error) ?? {
    title: 'Something failed here',
    detail: 'Nothing of yours was lost. Trying again may help.',
  };
  return { message: title, detail, requestId };
};

function secured(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS))
    if (!response.headers.has(name)) response.headers.set(name, value);
  return response;
}

/** Browsers name HTML; a program that takes anything gets the problem as such. */
function takesPages(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html');
}

/** A path that is no valid text resolves to no feed. */
function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
