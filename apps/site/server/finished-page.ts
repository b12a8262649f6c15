import { hash } from 'node:crypto';
import { type Encoding, encode } from './encoding.ts';

/** Below this, headers outweigh what compression saves. */
const WORTH_COMPRESSING_BYTES = 512;
const COMPRESSIBLE =
  /^(text\/|application\/(json|xml|[\w.-]+\+(json|xml)|javascript|manifest\+json|x-bibtex)|image\/svg\+xml)/;

/** A page in one encoding, ready to be written: its headers name after value, as Node writes them without looking twice. */
export interface Variant {
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** A finished answer. Each encoding is made when a client first asks for it, kept, and made better when it is asked again. */
export class FinishedPage {
  readonly etag: string;
  /** The headers of 304: what a client has already, it keeps. */
  readonly unchanged: readonly string[];
  readonly #identity: Variant;
  readonly #isWorthCompressing: boolean;
  readonly #ready = new Map<Encoding, Variant>();
  readonly #making = new Map<Encoding, Promise<Variant>>();
  readonly #improved = new Set<Encoding>();

  /** @param headers those of the answer; without `etag` it gets one from its bytes */
  constructor(body: Buffer, headers: Readonly<Record<string, string>>) {
    // Weak: the same page in another encoding counts as the same.
    this.etag = headers.etag ?? `W/"${hash('sha256', body, 'base64url').slice(0, 22)}"`;
    const vary = headers.vary ? `${headers.vary}, Accept-Encoding` : 'Accept-Encoding';
    this.unchanged = Object.entries({ ...headers, etag: this.etag, vary }).flat();
    this.#identity = variantOf(this.unchanged, body);
    this.#isWorthCompressing =
      body.length >= WORTH_COMPRESSING_BYTES && COMPRESSIBLE.test(headers['content-type'] ?? '');
  }

  /** The page as it goes out in this encoding, when that is at hand. */
  ready(encoding: Encoding | undefined): Variant | undefined {
    return encoding && this.#isWorthCompressing ? this.#ready.get(encoding) : this.#identity;
  }

  /** The same, waiting until it is made; all who wait, wait for one. */
  make(encoding: Encoding | undefined): Variant | Promise<Variant> {
    const ready = this.ready(encoding);
    if (ready || !encoding) return ready ?? this.#identity;
    let making = this.#making.get(encoding);
    if (!making) {
      making = this.#encoded(encoding, { thorough: false }).finally(() => this.#making.delete(encoding));
      this.#making.set(encoding, making);
    }
    return making;
  }

  /** To be said when a page is asked for again: from then on its smaller form is worth the work. Nobody waits for it. */
  improve(encoding: Encoding | undefined): void {
    if (!encoding || !this.#isWorthCompressing || this.#improved.has(encoding)) return;
    this.#improved.add(encoding);
    // Should it fail, the quick form is as good as before.
    this.#encoded(encoding, { thorough: true }).catch(() => undefined);
  }

  /** What it may come to take in memory: both encodings together are less than half of the page. */
  get sizeBytes(): number {
    return Math.ceil(this.#identity.body.length * 1.5);
  }

  async #encoded(encoding: Encoding, { thorough }: { thorough: boolean }): Promise<Variant> {
    const body = await encode(this.#identity.body, encoding, { thorough });
    const variant = variantOf([...this.unchanged, 'content-encoding', encoding], body);
    // The quick form may be ready after the thorough one.
    if (thorough || !this.#ready.has(encoding)) this.#ready.set(encoding, variant);
    return variant;
  }
}

function variantOf(headers: readonly string[], body: Buffer): Variant {
  return { headers: [...headers, 'content-length', String(body.length)], body };
}
