import { Best } from './best.ts';
import { kernels, MAX_PAGES, pagesFor } from './kernels.ts';

export interface NearVector {
  id: number;
  /** The cosine of the two, up to rounding. */
  similarity: number;
}

export interface NearOptions {
  limit: number;
  isAllowed?: (id: number) => boolean;
  /**
   * Looks first at signs alone, and at the whole of this many times `limit` of the best by them. From some hundred
   * thousand vectors on that is quicker; what it misses is measured in docs/benchmarks.md.
   */
  signsFirst?: number;
}

/** Components of unit vectors are near 1/√d; beyond so many times that they are cut off. */
const RANGE = 4.5;
const GROWTH = 1.5;
/** In an answer to signs, at least so many are looked at whole. */
const MIN_CANDIDATES = 1_000;

/**
 * Unit vectors as int8, scanned whole: exact up to rounding, 14 ns a vector on one core, so that a hundred thousand papers
 * need no approximate index. Vectors are added, replaced and removed one by one.
 */
export class VectorIndex {
  readonly dimensions: number;
  #memory: WebAssembly.Memory;
  #kernels: ReturnType<typeof kernels>;
  #capacity = 0;
  #ids: number[] = [];
  readonly #placeOf = new Map<number, number>();

  /** @param dimensions a multiple of 128, so that signs fill whole registers */
  constructor(dimensions: number, capacity = 1_024) {
    if (dimensions % 128 !== 0)
      throw new RangeError(`vectors of ${dimensions} dimensions; expected a multiple of 128.`);
    this.dimensions = dimensions;
    this.#memory = new WebAssembly.Memory({ initial: 1, maximum: MAX_PAGES });
    this.#kernels = kernels(this.#memory, dimensions);
    this.#reserve(capacity);
  }

  get size(): number {
    return this.#ids.length;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  has(id: number): boolean {
    return this.#placeOf.has(id);
  }

  /** Adds a vector, or replaces the one before. */
  set(id: number, vector: ArrayLike<number>): void {
    this.setRounded(id, rounded(vector, this.dimensions));
  }

  /** @param vector as `rounded` gives it */
  setRounded(id: number, vector: Int8Array): void {
    let place = this.#placeOf.get(id);
    if (place === undefined) {
      place = this.#ids.length;
      if (place === this.#capacity) this.#reserve(Math.ceil(this.#capacity * GROWTH));
      this.#ids.push(id);
      this.#placeOf.set(id, place);
    }
    this.#bytesAt(place).set(vector);
    this.#signsAt(place).set(signsOf(vector));
  }

  /** The vector of an id, rounded; undefined where there is none. */
  get(id: number): Int8Array | undefined {
    const place = this.#placeOf.get(id);
    return place === undefined ? undefined : this.#bytesAt(place).slice();
  }

  /** The last one takes the place of what is removed. */
  remove(id: number): void {
    const place = this.#placeOf.get(id);
    if (place === undefined) return;
    const last = this.#ids.length - 1;
    const lastId = this.#ids[last];
    this.#bytesAt(place).set(this.#bytesAt(last));
    this.#signsAt(place).set(this.#signsAt(last));
    this.#ids[place] = lastId;
    this.#placeOf.set(lastId, place);
    this.#ids.pop();
    this.#placeOf.delete(id);
  }

  /** The vectors that point most nearly the way of a query, the nearest first. */
  near(query: ArrayLike<number>, { limit, isAllowed = () => true, signsFirst }: NearOptions): NearVector[] {
    if (this.size === 0 || limit < 1) return [];
    const { scores, scale } = this.#products(query);
    const best = new Best(limit);
    const places =
      signsFirst === undefined ? undefined : this.#bySigns(query, Math.max(MIN_CANDIDATES, limit * signsFirst));
    if (places)
      for (const place of places)
        this.#kernels.products(0, this.#base + place * this.dimensions, 1, this.#out + place * 4);
    else this.#kernels.products(0, this.#base, this.size, this.#out);
    for (let i = 0; i < (places?.length ?? this.size); i++) {
      const place = places ? places[i] : i;
      if (scores[place] > best.threshold && isAllowed(this.#ids[place])) best.offer(place, scores[place]);
    }
    return best.sorted().map(({ item, score }) => ({ id: this.#ids[item], similarity: score * scale }));
  }

  /** How near two of them are; undefined where either is missing. */
  similarity(a: number, b: number): number | undefined {
    const [x, y] = [this.get(a), this.get(b)];
    if (!x || !y) return undefined;
    let sum = 0;
    for (let d = 0; d < x.length; d++) sum += x[d] * y[d];
    return sum * stepOf(this.dimensions) ** 2;
  }

  /** Puts the query where the scans read it; the numbers they write, and what one of them is worth. */
  #products(query: ArrayLike<number>) {
    let most = 0;
    for (let d = 0; d < this.dimensions; d++) most = Math.max(most, Math.abs(query[d]));
    const step = most === 0 ? 1 : most / QUERY_STEPS;
    const shorts = new Int16Array(this.#memory.buffer, 0, this.dimensions);
    for (let d = 0; d < this.dimensions; d++) shorts[d] = Math.round(query[d] / step);
    return { scores: new Int32Array(this.#memory.buffer, this.#out, this.size), scale: step * stepOf(this.dimensions) };
  }

  #bySigns(query: ArrayLike<number>, count: number): number[] | undefined {
    if (count * 4 >= this.size) return undefined;
    new Uint8Array(this.#memory.buffer, this.#signQuery, this.dimensions / 8).set(signsOf(query));
    this.#kernels.differences(this.#signQuery, this.#signs, this.size, this.#out);
    const scores = new Int32Array(this.#memory.buffer, this.#out, this.size);
    const best = new Best(count);
    // Fewer differences are better; the query itself differs in none.
    for (let place = 0; place < scores.length; place++)
      if (-scores[place] > best.threshold) best.offer(place, -scores[place]);
    return best.items();
  }

  #bytesAt(place: number): Int8Array {
    return new Int8Array(this.#memory.buffer, this.#base + place * this.dimensions, this.dimensions);
  }

  #signsAt(place: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#signs + (place * this.dimensions) / 8, this.dimensions / 8);
  }

  /** The query as shorts, its signs, then all vectors, all signs, and a number for each. */
  get #signQuery(): number {
    return this.dimensions * 2;
  }

  get #base(): number {
    return this.dimensions * 4;
  }

  get #signs(): number {
    return this.#base + this.#capacity * this.dimensions;
  }

  get #out(): number {
    return this.#signs + (this.#capacity * this.dimensions) / 8;
  }

  #reserve(capacity: number): void {
    const before = { signs: this.#signs, size: this.#ids.length };
    this.#capacity = capacity;
    const needed = pagesFor(this.#out + capacity * 4);
    const pages = pagesFor(this.#memory.buffer.byteLength);
    if (needed > pages) this.#memory.grow(needed - pages);
    // Signs move behind the longer row of vectors; copying within overlapping memory is well defined.
    new Uint8Array(this.#memory.buffer).copyWithin(
      this.#signs,
      before.signs,
      before.signs + (before.size * this.dimensions) / 8,
    );
  }
}

/** The greatest product of two such components, all of them, fits into 32 bits. */
const QUERY_STEPS = 16_383;

function stepOf(dimensions: number): number {
  return RANGE / Math.sqrt(dimensions) / 127;
}

/** A unit vector as int8. */
export function rounded(vector: ArrayLike<number>, dimensions: number): Int8Array {
  const step = stepOf(dimensions);
  return Int8Array.from({ length: dimensions }, (_, d) => Math.max(-127, Math.min(127, Math.round(vector[d] / step))));
}

/** One bit a component: whether it is positive. */
function signsOf(vector: ArrayLike<number>): Uint8Array {
  const signs = new Uint8Array(vector.length / 8);
  for (let d = 0; d < vector.length; d++) if (vector[d] > 0) signs[d >> 3] |= 1 << (d & 7);
  return signs;
}
