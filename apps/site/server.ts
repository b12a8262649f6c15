import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readerOf } from '@broadsheet/newsroom/accounts';
import { type Host, serveHost, storeTrouble } from '@broadsheet/newsroom/host';
import { getRequest } from '@sveltejs/kit/node';
import { callerReader } from './server/caller.ts';
import { Gate } from './server/gate.ts';
import { createMetrics, type Metrics } from './server/metrics.ts';
import { FinishedPage, PageCache } from './server/page-cache.ts';
import { loadPages, type Pages } from './server/pages.ts';
import { refusalOf } from './server/problem.ts';
import { sendPage, sendProblem, sendText } from './server/send.ts';
import { createApi } from './src/api/index.ts';

/** Finished pages kept in memory: some 500 feed pages in three encodings. */
const PAGE_CACHE_BYTES = 64 * 1024 * 1024;
/** Refuses what no form or API of ours needs. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** One computes while another waits for the store. */
const RENDERS_AT_ONCE = 2;
/** Longer than proxies keep an idle connection, so that they never send into one that we have just closed. */
const KEEP_ALIVE_MS = 75_000;
/** What is said of an error that nobody foresaw. */
const UNKNOWN = { title: 'Something failed here', detail: 'Nothing of yours was lost. Trying again may help.' };
/** An answer slower than this is worth a line in the log. */
const SLOW_MS = 1_000;

export interface RunningServer {
  /** Where a browser on this machine finds it. */
  readonly address: string;
  readonly port: number;
  /** Fulfilled when somebody has been answered for the first time. */
  readonly firstAnswer: Promise<void>;
  close(): Promise<void>;
}

/** Serves a site over HTTP: health, metrics, finished pages from memory, everything else from the built pages. */
export async function startServer(host: Host, { port = host.settings.port } = {}): Promise<RunningServer> {
  serveHost(host);
  const pages = await loadPages();
  const cache = new PageCache(PAGE_CACHE_BYTES);
  const metrics = createMetrics(cache);
  const readCaller = callerReader(host.settings.trustedProxies, host.settings.baseUrl);
  const api = createApi({ host: () => host, readerOf: (request) => readerOf(host, request) });
  const context: Context = { host, pages, api, cache, gate: new Gate(RENDERS_AT_ONCE), metrics, readCaller };
  const first = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    response.once('close', first.resolve);
    void answer(context, request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host.settings.host, port)));
    server.listen(port, host.settings.host, resolve);
  });
  const at = server.address() as AddressInfo;
  return {
    address: `http://${displayHost(at)}:${at.port}/`,
    port: at.port,
    firstAnswer: first.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Event streams never end by themselves.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
}

interface Context {
  host: Host;
  pages: Pages;
  api: ReturnType<typeof createApi>;
  cache: PageCache;
  gate: Gate;
  metrics: Metrics;
  readCaller: ReturnType<typeof callerReader>;
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const requestId = randomUUID();
  let kind = 'page';
  response.setHeader('x-request-id', requestId);
  response.once('close', () => {
    const durationMs = performance.now() - startedAt;
    context.metrics.answered(kind, response.statusCode, durationMs / 1000);
    const line = {
      requestId,
      method: request.method,
      url: request.url,
      status: response.statusCode,
      durationMs: Math.round(durationMs),
    };
    if (durationMs > SLOW_MS && kind !== 'stream') context.host.log.warn('slow answer', line);
    else context.host.log.debug('answered', line);
  });
  try {
    kind = await route(context, request, response);
  } catch (error) {
    context.host.log.error('request failed', { requestId, method: request.method, url: request.url, error });
    if (response.headersSent) response.destroy();
    else {
      const { status, title, detail } = storeTrouble(error) ?? { status: 500, ...UNKNOWN };
      sendProblem(response, { status, title, detail: `${detail} Request ${requestId}.` });
    }
  }
}

/** Answers and says which kind of answer it was. */
async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<string> {
  const { host, pages, cache } = context;
  const target = request.url ?? '/';
  const pathname = target.split('?', 1)[0];
  if (pathname === '/healthz') return health(host, response);
  if (pathname === '/metrics' && mayReadMetrics(host, request)) {
    sendText(response, 200, context.metrics.contentType, await context.metrics.text());
    return 'metrics';
  }
  if (pages.isAsset(pathname)) {
    pages.sendAsset(request, response);
    return 'asset';
  }
  const refusal = refusalOf(request, BODY_LIMIT_BYTES);
  if (refusal) {
    sendProblem(response, refusal);
    return 'refused';
  }
  const caller = context.readCaller(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isAnonymous = request.headers.cookie === undefined && request.headers.authorization === undefined;
  const version = host.contentVersion();
  const key = `${caller.origin} ${target} ${preferredType(request)}`;
  if (isRead && isAnonymous) {
    const page = cache.get(key, version);
    if (page) {
      sendPage(request, response, page);
      return 'cached';
    }
  }
  const asked = getRequest({ base: caller.origin, request, response, bodySizeLimit: BODY_LIMIT_BYTES });
  const isApi = pathname.startsWith('/api/');
  const render = async () =>
    isApi ? context.api.fetch(asked) : pages.respond(asked, { req: request, clientAddress: caller.clientAddress });
  // A form's body may come slowly; only readers wait for each other.
  const rendered = isRead ? await context.gate.through(render) : await render();
  if (!isRead || rendered.headers.get('content-type')?.startsWith('text/event-stream')) {
    pages.stream(response, rendered);
    return isRead ? 'stream' : 'action';
  }
  const cookies = rendered.headers.getSetCookie();
  const headers = Object.fromEntries(
    [...rendered.headers].filter(([name]) => name !== 'set-cookie' && name !== 'content-length'),
  );
  const page = new FinishedPage(Buffer.from(await rendered.arrayBuffer()), headers);
  const mayKeep = rendered.status === 200 && cookies.length === 0 && /\bpublic\b/.test(headers['cache-control'] ?? '');
  // A HEAD answer has no body to keep.
  if (mayKeep && isAnonymous && request.method === 'GET') cache.set(key, version, page);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  sendPage(request, response, page, rendered.status);
  return 'page';
}

async function health(host: Host, response: ServerResponse): Promise<string> {
  try {
    await host.database.db.selectFrom('setting').select('key').limit(1).execute();
    sendText(response, 200, 'application/json', '{"status":"ok"}\n');
  } catch (error) {
    host.log.error('store does not answer', { error });
    sendProblem(response, { status: 503, title: 'The store does not answer', detail: 'See the log of this site.' });
  }
  return 'health';
}

/** Metrics are for the operator: only from this machine, and never through a proxy. */
function mayReadMetrics(host: Host, request: IncomingMessage): boolean {
  const remote = request.socket.remoteAddress ?? '';
  const isLocal = remote === '::1' || /^(::ffff:)?127\./.test(remote);
  return host.settings.metrics && isLocal && request.headers['x-forwarded-for'] === undefined;
}

/** Pages differ by what the client takes only between HTML, Markdown and JSON. */
function preferredType(request: IncomingMessage): string {
  const accept = request.headers.accept ?? '';
  return /^\s*(text\/markdown|application\/json)/.exec(accept)?.[1] ?? 'html';
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const why =
    error.code === 'EADDRINUSE'
      ? `port ${port} is taken; stop what uses it or choose another with --port`
      : error.code === 'EACCES'
        ? `this user may not open port ${port}; choose one above 1023`
        : error.message;
  return new Error(`cannot listen on ${host}:${port}: ${why}.`, { cause: error });
}

function displayHost(at: AddressInfo): string {
  if (['127.0.0.1', '0.0.0.0', '::', '::1'].includes(at.address)) return 'localhost';
  return at.family === 'IPv6' ? `[${at.address}]` : at.address;
}
