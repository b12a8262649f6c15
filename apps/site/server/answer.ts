import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Host, shownVersion, storeTrouble } from '@broadsheet/newsroom/host';
import { getRequest } from '@sveltejs/kit/node';
import type { createApi } from '../src/api/index.ts';
import { type createMailEntries, isMailEntry } from '../src/api/mail.ts';
import type { createMcp } from '../src/mcp/index.ts';
import type { Caller } from './caller.ts';
import { FinishedPage } from './finished-page.ts';
import type { Gate } from './gate.ts';
import { health, mayReadMetrics } from './health.ts';
import type { Metrics } from './metrics.ts';
import type { PageCache } from './page-cache.ts';
import type { Pages, Rendered } from './pages.ts';
import { refusalOf } from './problem.ts';
import type { RuntimeFiles } from './runtime.ts';
import { type Exchange, sendKept, sendPage, sendProblem, sendText } from './send.ts';
import { canonicalTarget, loggedTarget } from './target.ts';

/** Refuses what no form or API of ours needs. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** What is said of an error that nobody foresaw. */
const UNKNOWN = { title: 'Something failed here', detail: 'Nothing of yours was lost. Trying again may help.' };
/** An answer slower than this is worth a line in the log. */
const SLOW_MS = 1_000;

/** What answering needs, made once. */
export interface Context {
  host: Host;
  pages: Pages;
  api: ReturnType<typeof createApi>;
  mail: ReturnType<typeof createMailEntries>;
  mcp: ReturnType<typeof createMcp>;
  cache: PageCache;
  gate: Gate;
  metrics: Metrics;
  readCaller: (request: IncomingMessage) => Caller;
  runtime: RuntimeFiles;
}

/** What a page is kept under: by whom the reader knows us, what is asked, in which kind, of which content. */
interface Place {
  caller: Caller;
  target: string;
  key: string;
  version: string;
  /** Whether another reader would be given the same. */
  isShared: boolean;
}

/** Answers one request; a page that is kept in the same turn, without a promise. */
export function answer(context: Context, request: IncomingMessage, response: ServerResponse): void {
  const startedAt = performance.now();
  const exchange: Exchange = { request, response, requestId: randomUUID() };
  try {
    const place = placeOf(context, request);
    const page = place.isShared ? context.cache.get(place.key, place.version) : undefined;
    if (page && sendKept(exchange, page)) answered(context, exchange, 'cached', startedAt);
    else void answerLater(context, exchange, page ?? place, startedAt);
  } catch (error) {
    fail(context, exchange, error);
  }
}

/** Answers what has to be rendered, or a page whose encoding is still to be made. */
async function answerLater(
  context: Context,
  exchange: Exchange,
  given: FinishedPage | Place,
  startedAt: number,
): Promise<void> {
  let kind = 'page';
  exchange.response.once('close', () => answered(context, exchange, kind, startedAt));
  try {
    if (given instanceof FinishedPage) {
      kind = 'cached';
      await sendPage(exchange, given);
    } else kind = await route(context, exchange, given);
  } catch (error) {
    fail(context, exchange, error);
  }
}

function placeOf({ host, readCaller }: Context, request: IncomingMessage): Place {
  const caller = readCaller(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const asked = request.url ?? '/';
  const target = isRead ? canonicalTarget(asked) : asked;
  return {
    caller,
    target,
    key: `${caller.origin} ${target} ${preferredType(request)}`,
    version: shownVersion(host),
    isShared: isRead && request.headers.cookie === undefined && request.headers.authorization === undefined,
  };
}

/** Counts an answer, and writes down a slow one; each one where the log wants to know. */
function answered(
  { host, metrics }: Context,
  { request, response, requestId }: Exchange,
  kind: string,
  startedAt: number,
) {
  const durationMs = performance.now() - startedAt;
  metrics.answered(kind, response.statusCode, durationMs / 1000);
  const isSlow = durationMs > SLOW_MS && kind !== 'stream';
  if (!isSlow && host.settings.logLevel !== 'debug') return;
  host.log[isSlow ? 'warn' : 'debug'](isSlow ? 'slow answer' : 'answered', {
    requestId,
    method: request.method,
    url: loggedTarget(request.url),
    status: response.statusCode,
    durationMs: Math.round(durationMs),
  });
}

function fail({ host }: Context, exchange: Exchange, error: unknown): void {
  const { request, response, requestId } = exchange;
  host.log.error('request failed', { requestId, method: request.method, url: loggedTarget(request.url), error });
  if (response.headersSent) response.destroy();
  else {
    const { status, title, detail } = storeTrouble(error) ?? { status: 500, ...UNKNOWN };
    sendProblem(exchange, { status, title, detail: `${detail} Request ${requestId}.` });
  }
}

/** Answers what is not kept, and says which kind of answer it was. */
async function route(context: Context, exchange: Exchange, place: Place): Promise<string> {
  const { host, pages, metrics, runtime } = context;
  const { request, response } = exchange;
  const pathname = place.target.split('?', 1)[0];
  if (pathname === '/healthz') return health(host, exchange);
  if (pathname === '/metrics' && mayReadMetrics(host, request)) {
    sendText(exchange, 200, metrics.contentType, await metrics.text());
    return 'metrics';
  }
  if (runtime.isMine(pathname)) {
    await runtime.send(exchange, pathname);
    return 'asset';
  }
  if (pages.isAsset(pathname)) {
    response.setHeader('x-request-id', exchange.requestId);
    pages.sendAsset(request, response);
    return 'asset';
  }
  const refusal = refusalOf(request, BODY_LIMIT_BYTES);
  if (refusal) {
    sendProblem(exchange, refusal);
    return 'refused';
  }
  return render(context, exchange, place);
}

async function render(context: Context, exchange: Exchange, place: Place): Promise<string> {
  const { pages, cache, gate } = context;
  const { request, response } = exchange;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  // Links on a page must not carry on how it was spelled.
  request.url = place.target;
  const asked = getRequest({ base: place.caller.origin, request, response, bodySizeLimit: BODY_LIMIT_BYTES });
  const respond = async (): Promise<Rendered> => {
    if (place.target.startsWith('/api/'))
      return { response: await context.api.fetch(asked, { clientAddress: place.caller.clientAddress }) };
    if (place.target === '/mcp') return { response: await context.mcp.fetch(asked) };
    if (isMailEntry(request.method, place.target)) return { response: await context.mail.fetch(asked) };
    return pages.respond(asked, { req: request, clientAddress: place.caller.clientAddress });
  };
  // A form's body may come slowly; only readers wait for each other.
  const { response: rendered, html } = isRead ? await gate.through(respond) : await respond();
  const isStream = rendered.headers.get('content-type')?.startsWith('text/event-stream');
  if (html === undefined && (isStream || !isRead)) {
    response.setHeader('x-request-id', exchange.requestId);
    pages.stream(response, rendered);
    return isStream ? 'stream' : 'action';
  }
  const cookies = rendered.headers.getSetCookie();
  const page = await finished(rendered, html);
  const mayKeep =
    rendered.status === 200 && cookies.length === 0 && /\bpublic\b/.test(rendered.headers.get('cache-control') ?? '');
  // A HEAD answer has no body to keep.
  if (mayKeep && place.isShared && request.method === 'GET') cache.set(place.key, place.version, page);
  await sendPage(exchange, page, { status: rendered.status, cookies });
  return isRead ? 'page' : 'action';
}

async function finished(response: Response, html: string | undefined): Promise<FinishedPage> {
  const bytes = Buffer.from(await response.arrayBuffer());
  // A page that failed or was refused after it had handed over its HTML has a body of its own. The checksum is of none.
  const isHandedOver = html !== undefined && bytes.length === 0;
  const left = new Set(['set-cookie', 'content-length', ...(html === undefined ? [] : ['etag'])]);
  const headers = Object.fromEntries([...response.headers].filter(([name]) => !left.has(name)));
  return new FinishedPage(isHandedOver ? Buffer.from(html) : bytes, headers);
}

/** Pages differ by what the client takes only between HTML, Markdown and JSON. */
function preferredType(request: IncomingMessage): string {
  const accept = request.headers.accept ?? '';
  return /^\s*(text\/markdown|application\/json)/.exec(accept)?.[1] ?? 'html';
}
