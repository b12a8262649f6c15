import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A finished answer in the encodings that clients ask for. */
export interface CachedPage {
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly identity: Buffer;
  readonly gzip?: Buffer;
  readonly brotli?: Buffer;
  readonly sizeBytes: number;
}

/** Good compression at a cost of about a millisecond a page; it is paid once per change of content. */
const BROTLI_QUALITY = 5;
const GZIP_LEVEL = 6;
/** Below this, headers outweigh what compression saves. */
const WORTH_COMPRESSING_BYTES = 512;
const COMPRESSIBLE =
  /^(text\/|application\/(json|xml|[\w.-]+\+(json|xml)|javascript|manifest\+json|x-bibtex)|image\/svg\+xml)/;

/** Compresses a body once and names it by its content. */
export function finishPage(body: Buffer, headers: Record<string, string>): CachedPage {
  const worthIt = body.length >= WORTH_COMPRESSING_BYTES && COMPRESSIBLE.test(headers['content-type'] ?? '');
  const gzip = worthIt ? gzipSync(body, { level: GZIP_LEVEL }) : undefined;
  const brotli = worthIt
    ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } })
    : undefined;
  return {
    // Weak: the same page in another encoding counts as the same.
    etag: headers.etag ?? `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    headers,
    identity: body,
    gzip,
    brotli,
    sizeBytes: body.length + (gzip?.length ?? 0) + (brotli?.length ?? 0),
  };
}

/**
 * Finished pages of one content version, least recently used first out. A change of content empties it: a page may
 * depend on any paper, and rendering anew is cheap.
 */
export class PageCache {
  readonly #pages = new Map<string, CachedPage>();
  readonly #maxBytes: number;
  #bytes = 0;
  #version = -1;
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The page of this key, if it was rendered from this version of the content. */
  get(key: string, version: number): CachedPage | undefined {
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
  set(key: string, version: number, page: CachedPage): void {
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
