import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FinishedPage } from './page-cache.ts';
import type { Problem } from './problem.ts';

/** Sends a finished page in the best encoding the client takes, or 304 where it has it already. */
export function sendPage(request: IncomingMessage, response: ServerResponse, page: FinishedPage, status = 200): void {
  const headers: Record<string, string | number> = { ...page.headers, etag: page.etag, vary: varyOf(page) };
  if (status === 200 && matches(request.headers['if-none-match'], page.etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoding = takes(accepted, 'br') ? 'br' : takes(accepted, 'gzip') ? 'gzip' : undefined;
  const encoded = encoding === 'br' ? page.brotli : encoding === 'gzip' ? page.gzip : undefined;
  const body = encoded ?? page.identity;
  if (encoded && encoding) headers['content-encoding'] = encoding;
  headers['content-length'] = body.length;
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** A refusal of the server itself. */
export function sendProblem(response: ServerResponse, { headers, ...problem }: Problem): void {
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  const body = JSON.stringify({ type: 'about:blank', ...problem });
  sendText(response, problem.status, 'application/problem+json', `${body}\n`);
}

/** A small text answer of the server itself. */
export function sendText(response: ServerResponse, status: number, contentType: string, text: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}

function varyOf(page: FinishedPage): string {
  const given = page.headers.vary;
  return given ? `${given}, Accept-Encoding` : 'Accept-Encoding';
}

/** If-None-Match by weak comparison (RFC 9110 §13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  const bare = etag.replace(/^W\//, '');
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === bare);
}

/** Whether the client takes an encoding, and has not refused it with q=0. */
function takes(accepted: string, encoding: 'br' | 'gzip'): boolean {
  const asked = accepted.split(',').find((part) => part.trim().split(/\s*;/)[0] === encoding);
  return asked !== undefined && !/;\s*q=0(\.0+)?\s*$/.test(asked);
}
