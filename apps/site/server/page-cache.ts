import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Compression for a page that may be asked for once only: most of the gain at a fraction of the cost. */
const BROTLI_QUALITY = 3;
const GZIP_LEVEL = 3;
/** Below this, headers outweigh what compression saves. */
const WORTH_COMPRESSING_BYTES = 512;
const COMPRESSIBLE =
  /^(text\/|application\/(json|xml|[\w.-]+\+(json|xml)|javascript|manifest\+json|x-bibtex)|image\/svg\+xml)/;

/** A finished answer; each encoding is made when a client first asks for it, and kept. */
export class FinishedPage {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Buffer;
  readonly #isWorthCompressing: boolean;
  #gzip: Buffer | undefined;
  #brotli: Buffer | undefined;

  constructor(body: Buffer, headers: Record<string, string>) {
    // Weak: the same page in another encoding counts as the same.
    this.etag = headers.etag ?? `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    this.headers = headers;
    this.identity = body;
    this.#isWorthCompressing =
      body.length >= WORTH_COMPRESSING_BYTES && COMPRESSIBLE.test(headers['content-type'] ?? '');
  }

  get gzip(): Buffer | undefined {
    if (this.#isWorthCompressing) this.#gzip ??= gzipSync(this.identity, { level: GZIP_LEVEL });
    return this.#gzip;
  }

  get brotli(): Buffer | undefined {
    if (this.#isWorthCompressing) {
      this.#brotli ??= brotliCompressSync(this.identity, {
        params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
      });
    }
    return this.#brotli;
  }

  /** What it may come to take in memory: both encodings together are less than a third of the page. */
  get sizeBytes(): number {
    return Math.ceil(this.identity.length * 1.4);
  }
}

/**
 * Finished pages of one content version, least recently used first out. A change of content empties it: a page may
 * depend on any paper, and rendering anew is cheap.
 */
export class PageCache {
  readonly #pages = new Map<string, FinishedPage>();
  readonly #maxBytes: number;
  #bytes = 0;
  #version = -1;
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The page of this key, if it was rendered from this version of the content. */
  get(key: string, version: number): FinishedPage | undefined {
    if (version !== this.#version) this.#clear(version);
    const page = this.#pages.get(key);
    if (!page) {
      this.misses += 1;
      return undefined;
    }
    this.#pages.delete(key);
    this.#pages.set(key, page);
    this.hits += 1;
    return page;
  }

  /** Keeps a page rendered from `version`; one that was overtaken by a change meanwhile is dropped. */
  set(key: string, version: number, page: FinishedPage): void {
    if (version !== this.#version || page.sizeBytes > this.#maxBytes / 8) return;
    const before = this.#pages.get(key);
    if (before) this.#bytes -= before.sizeBytes;
    this.#pages.set(key, page);
    this.#bytes += page.sizeBytes;
    for (const [oldKey, old] of this.#pages) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#pages.delete(oldKey);
      this.#bytes -= old.sizeBytes;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  #clear(version: number): void {
    this.#pages.clear();
    this.#bytes = 0;
    this.#version = version;
  }
}
