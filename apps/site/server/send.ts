import type { IncomingMessage, ServerResponse } from 'node:http';
import { chooseEncoding } from './encoding.ts';
import type { FinishedPage, Variant } from './finished-page.ts';
import type { Problem } from './problem.ts';

/** One request on its way to its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Goes out with every answer and stands in the log, so that a reader can say which request failed. */
  readonly requestId: string;
}

/**
 * Sends a kept page at once, in the best encoding the client takes, or 304 where the client has it.
 * @returns false when that encoding is still to be made; nothing was sent then.
 */
export function sendKept(exchange: Exchange, page: FinishedPage): boolean {
  if (sentUnchanged(exchange, page)) return true;
  const encoding = chooseEncoding(exchange.request.headers['accept-encoding'] as string | undefined);
  const variant = page.ready(encoding);
  if (!variant) return false;
  write(exchange, 200, variant);
  page.improve(encoding);
  return true;
}

/** Sends a finished page, making its encoding first where that is still to be done. */
export async function sendPage(
  exchange: Exchange,
  page: FinishedPage,
  { status = 200, cookies = [] as string[] } = {},
): Promise<void> {
  const isRead = exchange.request.method === 'GET' || exchange.request.method === 'HEAD';
  if (isRead && status === 200 && sentUnchanged(exchange, page)) return;
  const encoding = chooseEncoding(exchange.request.headers['accept-encoding'] as string | undefined);
  write(exchange, status, await page.make(encoding), cookies);
}

/** A refusal of the server itself. */
export function sendProblem(exchange: Exchange, { headers, ...problem }: Problem): void {
  for (const [name, value] of Object.entries(headers ?? {})) exchange.response.setHeader(name, value);
  const body = JSON.stringify({ type: 'about:blank', ...problem });
  sendText(exchange, problem.status, 'application/problem+json', `${body}\n`);
}

/** A small text answer of the server itself. */
export function sendText({ response, requestId }: Exchange, status: number, contentType: string, text: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-request-id': requestId,
  });
  response.end(text);
}

function sentUnchanged({ request, response, requestId }: Exchange, page: FinishedPage): boolean {
  if (!matches(request.headers['if-none-match'], page.etag)) return false;
  response.writeHead(304, [...page.unchanged, 'x-request-id', requestId]).end();
  return true;
}

/** Headers as one list and the body in one piece: Node then writes both with a single call. */
function write({ request, response, requestId }: Exchange, status: number, variant: Variant, cookies: string[] = []) {
  const headers = [...variant.headers, 'x-request-id', requestId];
  for (const cookie of cookies) headers.push('set-cookie', cookie);
  response.writeHead(status, headers);
  response.end(request.method === 'HEAD' ? undefined : variant.body);
}

/** If-None-Match by weak comparison (RFC 9110 §13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  const bare = etag.replace(/^W\//, '');
  return header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === bare);
}
