import { Best } from './best.ts';
import { type Kernels, kernels, MAX_PAGES, pagesFor } from './kernels.ts';
import { QUERY_STEPS, rounded, signsOf, stepOf } from './rounding.ts';

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

/** The memory of an index, as another thread takes it to search in the same vectors. */
export interface SharedVectors {
  dimensions: number;
  memory: WebAssembly.Memory;
  ids: Float64Array;
  capacity: number;
  size: number;
}

const GROWTH = 1.5;
/** In an answer to signs, at least so many are looked at whole. */
const MIN_CANDIDATES = 1_000;

/**
 * Unit vectors as int8, scanned whole: exact up to rounding, and at some 14 ns a vector on one core, so that a hundred
 * thousand papers need no approximate index. Vectors are added, replaced and removed one by one, by one thread; where
 * memory can be shared, others search in it.
 */
export class VectorIndex {
  readonly dimensions: number;
  #memory: WebAssembly.Memory;
  #kernels: Kernels;
  #ids: Float64Array;
  #capacity: number;
  #size = 0;
  #places: Map<number, number> | undefined = new Map();

  /** @param dimensions a multiple of 128, so that signs fill whole registers */
  constructor(dimensions: number, capacity = 1_024) {
    if (dimensions % 128 !== 0)
      throw new RangeError(`vectors of ${dimensions} dimensions; expected a multiple of 128.`);
    this.dimensions = dimensions;
    this.#capacity = capacity;
    this.#memory = newMemory(this.#out + capacity * 4);
    this.#kernels = kernels(this.#memory, dimensions);
    this.#ids = newIds(capacity);
  }

  /** An index over another thread's memory, for searching in. */
  static over({ dimensions, memory, ids, capacity, size }: SharedVectors): VectorIndex {
    const index = new VectorIndex(dimensions, 1);
    index.#memory = memory;
    index.#kernels = kernels(memory, dimensions);
    index.#ids = ids;
    index.#capacity = capacity;
    index.#size = size;
    index.#places = undefined;
    return index;
  }

  get shared(): SharedVectors {
    const [memory, ids, capacity, size] = [this.#memory, this.#ids, this.#capacity, this.#size];
    return { dimensions: this.dimensions, memory, ids, capacity, size };
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Ids in the order in which the vectors lie. */
  get ids(): Float64Array {
    return this.#ids.subarray(0, this.#size);
  }

  /** All vectors as they lie, rounded. */
  get rows(): Int8Array {
    return new Int8Array(this.#memory.buffer, this.#base, this.#size * this.dimensions);
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
      if (this.#size === this.#capacity) this.#grow();
      place = this.#size++;
      this.#ids[place] = id;
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
    const last = --this.#size;
    this.#bytesAt(place).set(this.#bytesAt(last));
    this.#signsAt(place).set(this.#signsAt(last));
    this.#ids[place] = this.#ids[last];
    this.#placeOf.set(this.#ids[last], place);
    this.#placeOf.delete(id);
  }

  /** The vectors that point most nearly the way of a query, the nearest first. */
  near(query: ArrayLike<number>, { limit, isAllowed = () => true, signsFirst }: NearOptions): NearVector[] {
    if (this.size === 0 || limit < 1) return [];
    const { scores, scale } = this.#ask(query);
    const best = new Best(limit);
    const places = signsFirst && this.#bySigns(query, Math.max(MIN_CANDIDATES, limit * signsFirst));
    if (places) for (const place of places) this.#product(place);
    else this.#kernels.products(0, this.#base, this.size, this.#out);
    const count = places ? places.length : this.size;
    let least = best.threshold;
    for (let i = 0; i < count; i++) {
      const place = places ? places[i] : i;
      if (scores[place] <= least || !isAllowed(this.#ids[place])) continue;
      best.offer(place, scores[place]);
      least = best.threshold;
    }
    return best.sorted().map(({ item, score }) => ({ id: this.#ids[item], similarity: score * scale }));
  }

  /** How near a query each of some ids is; 0 for one that is not here. */
  similarities(query: ArrayLike<number>, ids: readonly number[]): number[] {
    const { scores, scale } = this.#ask(query);
    return ids.map((id) => {
      const place = this.#placeOf.get(id);
      if (place === undefined) return 0;
      this.#product(place);
      return scores[place] * scale;
    });
  }

  /** Puts the query where the scans read it. @returns the numbers that they write, and what one of them is worth */
  #ask(query: ArrayLike<number>) {
    let most = 0;
    for (let d = 0; d < this.dimensions; d++) most = Math.max(most, Math.abs(query[d]));
    const step = most === 0 ? 1 : most / QUERY_STEPS;
    const shorts = new Int16Array(this.#memory.buffer, 0, this.dimensions);
    for (let d = 0; d < this.dimensions; d++) shorts[d] = Math.round(query[d] / step);
    return { scores: new Int32Array(this.#memory.buffer, this.#out, this.size), scale: step * stepOf(this.dimensions) };
  }

  #product(place: number): void {
    this.#kernels.products(0, this.#base + place * this.dimensions, 1, this.#out + place * 4);
  }

  /** Places of those whose signs differ least from the query's; undefined where looking at all is no more work. */
  #bySigns(query: ArrayLike<number>, count: number): Int32Array | undefined {
    if (count * 4 >= this.size) return undefined;
    new Uint8Array(this.#memory.buffer, this.#signQuery, this.dimensions / 8).set(signsOf(query));
    this.#kernels.differences(this.#signQuery, this.#signs, this.size, this.#out);
    const differences = new Int32Array(this.#memory.buffer, this.#out, this.size);
    const best = new Best(count);
    let most = Number.POSITIVE_INFINITY;
    for (let place = 0; place < differences.length; place++)
      if (differences[place] < most) {
        best.offer(place, -differences[place]);
        most = -best.threshold;
      }
    return best.items();
  }

  get #placeOf(): Map<number, number> {
    if (!this.#places) {
      this.#places = new Map();
      for (let place = 0; place < this.#size; place++) this.#places.set(this.#ids[place], place);
    }
    return this.#places;
  }

  #bytesAt(place: number): Int8Array {
    return new Int8Array(this.#memory.buffer, this.#base + place * this.dimensions, this.dimensions);
  }

  #signsAt(place: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#signs + (place * this.dimensions) / 8, this.dimensions / 8);
  }

  // In the memory lie: the query as shorts, its signs, then all vectors, all signs, and a number for each.
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

  /** Into new memory: another thread may be searching in what there is. */
  #grow(): void {
    const [rows, signs, ids] = [
      this.rows,
      new Uint8Array(this.#memory.buffer, this.#signs, (this.#size * this.dimensions) / 8),
      this.#ids,
    ];
    this.#capacity = Math.ceil(this.#capacity * GROWTH) + 8;
    this.#memory = newMemory(this.#out + this.#capacity * 4);
    this.#kernels = kernels(this.#memory, this.dimensions);
    this.#ids = newIds(this.#capacity);
    this.rows.set(rows);
    new Uint8Array(this.#memory.buffer, this.#signs).set(signs);
    this.#ids.set(ids);
  }
}

const canShare = typeof SharedArrayBuffer !== 'undefined';

function newMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pagesFor(bytes), maximum: MAX_PAGES, shared: canShare });
}

function newIds(capacity: number): Float64Array {
  return new Float64Array(canShare ? new SharedArrayBuffer(capacity * 8) : new ArrayBuffer(capacity * 8));
}
