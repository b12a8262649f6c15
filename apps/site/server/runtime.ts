import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { findNativeFolder } from '@broadsheet/newsroom/lab';
import { chooseEncoding, type Encoding } from './encoding.ts';
import { type Exchange, sendProblem } from './send.ts';

const PREFIX = '/runtime/';
/** Measured: 14.2 MB become 2.83 in 1.2 s; quality 9 takes 10.8 s for 2.67, quality 10 41 s for 2.39. */
const BROTLI_QUALITY = 5;
const GZIP_LEVEL = 6;
/** The builds for browsers, and the files that each fetches by itself. */
const BUILDS = {
  wasm: { module: 'ort.wasm.min.mjs', binary: 'ort-wasm-simd-threaded.wasm', glue: 'ort-wasm-simd-threaded.mjs' },
  webgpu: {
    module: 'ort.webgpu.min.mjs',
    binary: 'ort-wasm-simd-threaded.asyncify.wasm',
    glue: 'ort-wasm-simd-threaded.asyncify.mjs',
  },
} as const;
const FILES = new Set(Object.values(BUILDS).flatMap((build) => Object.values(build)));

const compress = {
  br: (bytes: Buffer) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes, { level: GZIP_LEVEL }),
};

/**
 * Serves ONNX Runtime's files for browsers from the folder `native/`, which is installed after the first page: under an
 * address that names their version, to be kept for good, compressed once and kept compressed.
 */
export class RuntimeFiles {
  readonly #folder = findNativeFolder();
  readonly #preparing = new Map<string, Promise<void>>();

  isMine(pathname: string): boolean {
    return pathname.startsWith(PREFIX);
  }

  async send(exchange: Exchange, pathname: string): Promise<void> {
    secure(exchange);
    const version = this.#version();
    if (version === undefined) return sendProblem(exchange, NOT_YET);
    if (pathname === `${PREFIX}index.json`) return sendIndex(exchange, this.#dist(), version);
    const [asked, name] = pathname.slice(PREFIX.length).split('/');
    if (asked !== version || !FILES.has(name as never) || !existsSync(join(this.#dist(), name)))
      return sendProblem(exchange, NO_FILE);
    await this.#sendFile(exchange, name, version);
  }

  /** Compresses what browsers will ask for, one after the other, so that the first reader does not wait for it. */
  async prepare(): Promise<void> {
    const version = this.#version();
    if (version === undefined) return;
    for (const name of Object.values(BUILDS.wasm)) {
      for (const kind of ['br', 'gzip'] as const) await this.#prepare(name, version, kind).catch(() => undefined);
    }
  }

  /** The installed version; undefined while there is none. Looked up each time: it may be installed meanwhile. */
  #version(): string | undefined {
    const manifest = join(this.#package(), 'package.json');
    if (!this.#folder || !existsSync(join(this.#dist(), BUILDS.wasm.binary)) || !existsSync(manifest)) return undefined;
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  }

  #package(): string {
    return join(this.#folder ?? '', 'node_modules', 'onnxruntime-web');
  }

  #dist(): string {
    return join(this.#package(), 'dist');
  }

  #prepared(name: string, version: string, kind: Encoding): string {
    return join(this.#folder ?? '', 'node_modules', '.prepared', version, `${name}.${kind}`);
  }

  async #prepare(name: string, version: string, kind: Encoding): Promise<void> {
    const path = this.#prepared(name, version, kind);
    if (existsSync(path)) return;
    const under = this.#preparing.get(path);
    if (under) return under;
    const work = (async () => {
      const bytes = await compress[kind](await readFile(join(this.#dist(), name)));
      await mkdir(join(path, '..'), { recursive: true });
      // Never half a file under its name, whoever else prepares it at the same time.
      const part = `${path}.${process.pid}`;
      await writeFile(part, bytes);
      await rename(part, path);
    })().finally(() => this.#preparing.delete(path));
    this.#preparing.set(path, work);
    return work;
  }

  async #sendFile({ request, response }: Exchange, name: string, version: string): Promise<void> {
    const kind = chooseEncoding(request.headers['accept-encoding'] as string | undefined);
    let path = join(this.#dist(), name);
    const prepared = kind && this.#prepared(name, version, kind);
    // Not waited for: the first reader gets it as it is, the next ones compressed.
    const encoding = prepared && existsSync(prepared) ? kind : undefined;
    if (prepared && encoding) path = prepared;
    else if (kind) void this.#prepare(name, version, kind).catch(() => undefined);
    response.writeHead(200, {
      'content-type': name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript',
      'content-length': statSync(path).size,
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'Accept-Encoding',
      ...(encoding ? { 'content-encoding': encoding } : {}),
    });
    if (request.method === 'HEAD') return void response.end();
    await new Promise<void>((resolve) => {
      const file = createReadStream(path);
      file.once('error', () => response.destroy());
      response.once('close', () => {
        file.destroy();
        resolve();
      });
      file.pipe(response);
    });
  }
}

/** What other sites may not load from here, however they ask. */
function secure({ response, requestId }: Exchange): void {
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-request-id', requestId);
}

const NOT_YET = {
  status: 503,
  title: 'The runtime is not installed yet',
  detail:
    'ONNX Runtime is installed in the background after a site’s first start; /status says how far it is. Until then runs use slower kernels.',
};
const NO_FILE = { status: 404, title: 'No such file', detail: 'GET /runtime/index.json says which files there are.' };

function sendIndex({ response }: Exchange, dist: string, version: string): void {
  const builds = Object.entries(BUILDS)
    .filter(([, { binary }]) => existsSync(join(dist, binary)))
    .map(([name, { module, binary }]) => [name, { module, binary, bytes: statSync(join(dist, binary)).size }]);
  const body = JSON.stringify({ version, base: `${PREFIX}${version}/`, builds: Object.fromEntries(builds) });
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache', etag });
  response.end(body);
}
