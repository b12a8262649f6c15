import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readerOf } from '@broadsheet/newsroom/accounts';
import { type Host, serveHost } from '@broadsheet/newsroom/host';
import { answer, type Context } from './server/answer.ts';
import { callerReader } from './server/caller.ts';
import { Gate } from './server/gate.ts';
import { createMetrics } from './server/metrics.ts';
import { PageCache } from './server/page-cache.ts';
import { loadPages } from './server/pages.ts';
import { RuntimeFiles } from './server/runtime.ts';
import { createApi } from './src/api/index.ts';
import { createMailEntries } from './src/api/mail.ts';
import { createMcp } from './src/mcp/index.ts';

/** Finished pages kept in memory: some 500 feed pages in three encodings. */
const PAGE_CACHE_BYTES = 64 * 1024 * 1024;
/** One computes while another waits for the store. */
const RENDERS_AT_ONCE = 2;
/** Longer than proxies keep an idle connection, so that they never send into one that we have just closed. */
const KEEP_ALIVE_MS = 75_000;

export interface RunningServer {
  /** Where a browser on this machine finds it. */
  readonly address: string;
  readonly port: number;
  /** Fulfilled when somebody has been answered for the first time. */
  readonly firstAnswer: Promise<void>;
  /** Compresses the runtime's files for browsers, once they are installed. */
  prepareRuntime(): Promise<void>;
  close(): Promise<void>;
}

/** Serves a site over HTTP: health, metrics, finished pages from memory, everything else from the built pages. */
export async function startServer(host: Host, { port = host.settings.port } = {}): Promise<RunningServer> {
  serveHost(host);
  const pages = await loadPages();
  const cache = new PageCache(PAGE_CACHE_BYTES);
  const metrics = createMetrics(cache, host);
  const readCaller = callerReader(host.settings.trustedProxies, host.settings.baseUrl);
  const api = createApi({ host: () => host, readerOf: (request) => readerOf(host, request) });
  const mail = createMailEntries(() => host);
  const mcp = createMcp({ host: () => host, readerOf: (request) => readerOf(host, request) });
  const runtime = new RuntimeFiles();
  const gate = new Gate(RENDERS_AT_ONCE);
  const context: Context = { host, pages, api, mail, mcp, cache, gate, metrics, readCaller, runtime };
  const first = Promise.withResolvers<void>();
  const server = createServer((request, response) => answer(context, request, response));
  server.once('request', (_request, response) => response.once('close', first.resolve));
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
    prepareRuntime: () => runtime.prepare(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Event streams never end by themselves.
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      }),
  };
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
