import type { IncomingMessage } from 'node:http';

/** A refusal as machines read it (RFC 9457). */
export interface Problem {
  status: number;
  title: string;
  detail: string;
  headers?: Record<string, string>;
}

/** What the standard Request can be made of. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Requests that nothing of ours could answer, told apart before anything is read. */
export function refusalOf(request: IncomingMessage, bodyLimitBytes: number): Problem | undefined {
  if (!METHODS.includes(request.method ?? '')) {
    const detail = `Nothing here answers ${request.method}; send ${METHODS.join(', ')}.`;
    return { status: 405, title: 'No such method', detail, headers: { allow: METHODS.join(', ') } };
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > bodyLimitBytes) {
    const detail = `The body has ${length} bytes; send at most ${bodyLimitBytes}.`;
    // Nobody reads the rest of it.
    return { status: 413, title: 'Body too large', detail, headers: { connection: 'close' } };
  }
  return undefined;
}

/**
 * An error answer of the page framework as a problem, where the client takes no pages: its own words for forms of other
 * sites are a line of text, its JSON has another shape, and its pages are for people.
 */
export async function asProblem(answer: Response, request: Request): Promise<Response> {
  if (answer.status < 400) return answer;
  const type = answer.headers.get('content-type') ?? '';
  if (type.startsWith('application/problem+json')) return answer;
  if (type.startsWith('text/html') && takesPages(request)) return answer;
  const said = type.startsWith('application/json') ? await wordsOf(answer) : undefined;
  const known = KNOWN[answer.status] ?? {
    title: 'Refused',
    detail: 'See /api/openapi.json for what this site answers.',
  };
  const body = { type: 'about:blank', status: answer.status, ...known, ...said };
  const headers = new Headers(answer.headers);
  headers.set('content-type', 'application/problem+json');
  headers.set('vary', 'Accept');
  headers.delete('content-length');
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

const KNOWN: Record<number, { title: string; detail: string }> = {
  400: {
    title: 'Not an address of this site',
    detail:
      'A part of it cannot be read. Days are like 2025-12-30, weeks like 2025-W52, months like 2025-12, papers like 2410.06535; leave the cursor off to start from the first page.',
  },
  403: {
    title: 'A form of another site',
    detail:
      'Forms are taken from this site’s own pages: the Origin header must be its address. Behind a proxy, set BROADSHEET_BASE_URL. Programs use POST /api/votes with JSON.',
  },
  404: {
    title: 'Nothing here',
    detail: 'No page has this address. /llms.txt and /api/openapi.json say which there are.',
  },
  405: { title: 'No such method', detail: 'This address takes GET and HEAD.' },
  415: { title: 'Unsupported content type', detail: 'Send a form (application/x-www-form-urlencoded).' },
};

/** Browsers name HTML; who takes anything is a program. */
function takesPages(request: Request): boolean {
  return (request.headers.get('accept') ?? '').includes('text/html');
}

/** The message and what to do, from the framework's JSON; both of its shapes. */
async function wordsOf(answer: Response): Promise<{ title?: string; detail?: string; requestId?: string }> {
  const body = (await answer.json().catch(() => ({}))) as { message?: string; detail?: string; requestId?: string };
  const { message, detail, requestId } = (body as { error?: typeof body }).error ?? body;
  if (!message || message === 'Method Not Allowed') return {};
  return { title: message, ...(detail ? { detail } : {}), ...(requestId ? { requestId } : {}) };
}
