import { randomUUID } from 'node:crypto';
import { actingReader, resolveFeed } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { renderPaper } from '#lib/server/paper-renderings.ts';
import { renderFeed } from '#lib/server/renderings.ts';

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
  // The lab's threads need memory that only an isolated page may share.
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

export const handle: Handle = async ({ event, resolve }) => {
  const host = currentHost();
  event.locals.readerId = await actingReader(host);
  if (event.request.method === 'GET' || event.request.method === 'HEAD') {
    const paper = await renderPaper(host, event.url, event.request.headers.get('accept') ?? '');
    if (paper) return secured(paper);
    const asked = safely(() => resolveFeed(decodeURIComponent(event.url.pathname), event.url.searchParams));
    if (asked?.kind === 'feed' && asked.suffix) return secured(await renderFeed(host, event, asked));
  }
  const response = await resolve(event);
  return secured(response);
};

export const handleError: HandleServerError = ({ kind, error, event }) => {
  // Refusals of our own already say what to do.
  if (kind === 'app') return undefined;
  if (kind !== 'unknown')
    return { detail: 'The address may have a slip of the pen in it. The papers are all still here.' };
  const requestId = randomUUID();
  currentHost().log.error('page failed', { requestId, path: event.url.pathname, error });
  return { message: 'Something failed here', detail: 'Nothing of yours was lost. Trying again may help.', requestId };
};

function secured(response: Response): Response {
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  return response;
}

/** A path that is no valid text resolves to no feed. */
function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
