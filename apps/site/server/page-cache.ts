import type { FinishedPage } from './finished-page.ts';

/** What an entry takes besides its page: its key, the map's slot, the page's own bookkeeping. */
const ENTRY_BYTES = 2_048;

/**
 * Finished pages of one version of what is shown, least recently used first out. A change of content empties it: a page may
 * depend on any paper, and rendering anew is cheap.
 */
export class PageCache {
  readonly #pages = new Map<string, FinishedPage>();
  readonly #maxBytes: number;
  #bytes = 0;
  #version = '';
  hits = 0;
  misses = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The page of this key, if it was rendered from this version of the content. */
  get(key: string, version: string): FinishedPage | undefined {
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
  set(key: string, version: string, page: FinishedPage): void {
    if (version !== this.#version || sizeOf(page) > this.#maxBytes / 8) return;
    const before = this.#pages.get(key);
    if (before) this.#bytes -= sizeOf(before);
    this.#pages.set(key, page);
    this.#bytes += sizeOf(page);
    for (const [oldKey, old] of this.#pages) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#pages.delete(oldKey);
      this.#bytes -= sizeOf(old);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  #clear(version: string): void {
    this.#pages.clear();
    this.#bytes = 0;
    this.#version = version;
  }
}

function sizeOf(page: FinishedPage): number {
  return page.sizeBytes + ENTRY_BYTES;
}
