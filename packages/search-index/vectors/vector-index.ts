import { Best } from './best.ts';
import { byCell, cellCount, placeMiddles } from './cells.ts';
import { type Kernels, kernels, MAX_PAGES, pagesFor } from './kernels.ts';
import { QUERY_STEPS, rounded, stepOf } from './rounding.ts';

export interface NearVector {
  id: number;
  /** The cosine of the two, up to rounding. */
  similarity: number;
}

export interface NearOptions {
  limit: number;
  isAllowed?: (id: number) => boolean;
  /**
   * Looks at the vectors of so many of the nearest cells alone, where `arrange` has made cells. From some hundred
   * thousand vectors on that is quicker; what it misses is measured in docs/benchmarks.md.
   */
  cells?: number;
}

/** The memory of an index, as another thread takes it to search in the same vectors. */
export interface SharedVectors {
  dimensions: number;
  memory: WebAssembly.Memory;
  ids: Float64Array;
  capacity: number;
  size: number;
  cells?: ArrangedVectors;
}

/** Cells as they are kept and handed on: the vectors in their middles, and which of them each place is of. */
export interface ArrangedVectors {
  middles: Int8Array;
  cellOf: Uint16Array;
}

/** Vectors that lie near each other, as they were when there were `arrangedAt` of them; later ones go to the nearest. */
interface Cells {
  middles: VectorIndex;
  /** By place. */
  cellOf: Uint16Array;
  arrangedAt: number;
  /** Which places are of which cell, until a vector comes or goes. */
  members?: ReturnType<typeof byCell>;
}

const GROWTH = 1.5;
/** Cells are made anew when there are so many times as many vectors. */
const REARRANGED_AT = 2;

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
  #cells: Cells | undefined;
  /** Whether another thread may have the memory. */
  #isShared = false;

  /** @param dimensions a multiple of 128; what fills registers whole */
  constructor(dimensions: number, capacity = 1_024) {
    if (dimensions % 128 !== 0)
      throw new RangeError(`vectors of ${dimensions} dimensions; expected a multiple of 128.`);
    this.dimensions = dimensions;
    this.#capacity = capacity;
    this.#memory = newMemory(this.#needed);
    this.#kernels = kernels(this.#memory, dimensions);
    this.#ids = newIds(capacity);
  }

  /** An index over another thread's memory, for searching in. */
  static over({ dimensions, memory, ids, capacity, size, cells }: SharedVectors): VectorIndex {
    const index = new VectorIndex(dimensions, 1);
    index.#memory = memory;
    index.#kernels = kernels(memory, dimensions);
    index.#ids = ids;
    index.#capacity = capacity;
    index.#size = size;
    index.#places = undefined;
    index.#isShared = true;
    // The middles are copied: both threads look for the nearest of them, and a search writes into its memory.
    if (cells) index.#cells = { middles: middlesOf(cells.middles, dimensions), cellOf: cells.cellOf, arrangedAt: size };
    return index;
  }

  get shared(): SharedVectors {
    this.#isShared = true;
    const [memory, ids, capacity, size] = [this.#memory, this.#ids, this.#capacity, this.#size];
    const cells = this.#cells && { middles: this.#cells.middles.rows.slice(), cellOf: this.#cells.cellOf };
    return { dimensions: this.dimensions, memory, ids, capacity, size, cells };
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
    this.#putIntoCell(place, (cells) => cells.middles.nearest(vector));
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
    this.#putIntoCell(place, (cells) => cells.cellOf[last]);
    this.#ids[place] = this.#ids[last];
    this.#placeOf.set(this.#ids[last], place);
    this.#placeOf.delete(id);
  }

  /**
   * Puts near vectors into cells and side by side, anew when there are many more than when it was last done; takes
   * seconds. Where they lie, while no other thread has them.
   * @returns whether it was done
   */
  arrange(): boolean {
    if (this.size < REARRANGED_AT * (this.#cells?.arrangedAt ?? 0)) return false;
    const count = cellCount(this.size);
    const middles = new VectorIndex(this.dimensions, count);
    placeMiddles(middles, this, count);
    const before = Uint16Array.from({ length: this.size }, (_, place) => middles.nearest(this.#bytesAt(place)));
    if (this.#isShared) this.#moveToNewMemory();
    // What lies together is fetched together; scattered, each vector would be waited for.
    const { places } = byCell(before, count);
    this.#reorder(places);
    const cellOf = newCells(this.#capacity);
    for (let place = 0; place < places.length; place++) cellOf[place] = before[places[place]];
    this.#places = undefined;
    this.#cells = { middles, cellOf, arrangedAt: this.size };
    return true;
  }

  /** The cells as they are kept between starts; undefined where there are none. */
  get arranged(): ArrangedVectors | undefined {
    return this.#cells && { middles: this.#cells.middles.rows, cellOf: this.#cells.cellOf.subarray(0, this.size) };
  }

  /** Takes cells that were kept, of the same vectors in the same order. */
  setArranged({ middles, cellOf }: ArrangedVectors): void {
    const all = newCells(this.#capacity);
    all.set(cellOf);
    this.#cells = { middles: middlesOf(middles, this.dimensions), cellOf: all, arrangedAt: this.size };
  }

  /** The vectors that point most nearly the way of a query, the nearest first. */
  near(query: ArrayLike<number>, { limit, isAllowed = () => true, cells }: NearOptions): NearVector[] {
    if (this.size === 0 || limit < 1) return [];
    const places = cells === undefined ? undefined : this.#inNearestCells(query, cells);
    const { scores, scale } = this.#ask(query);
    if (places) this.#products(places);
    else this.#kernels.products(0, this.#base, this.size, this.#out);
    const best = new Best(limit);
    const count = places ? places.length : this.size;
    let least = best.threshold;
    for (let i = 0; i < count; i++) {
      if (scores[i] <= least) continue;
      const place = places ? places[i] : i;
      if (!isAllowed(this.#ids[place])) continue;
      best.offer(place, scores[i]);
      least = best.threshold;
    }
    // What few are allowed lie in other cells.
    if (places && best.count < Math.min(limit, this.size)) return this.near(query, { limit, isAllowed });
    return best.sorted().map(({ item, score }) => ({ id: this.#ids[item], similarity: score * scale }));
  }

  /** The id of the vector that points most nearly the way of a query. */
  nearest(query: ArrayLike<number>): number {
    const { scores } = this.#ask(query);
    this.#kernels.products(0, this.#base, this.size, this.#out);
    let best = 0;
    for (let place = 1; place < scores.length; place++) if (scores[place] > scores[best]) best = place;
    return this.#ids[best];
  }

  /** How near a query each of some ids is; 0 for one that is not here. */
  similarities(query: ArrayLike<number>, ids: readonly number[]): number[] {
    // As many at a time as there is room for: an id may be asked for twice.
    const most = Math.max(1, this.size);
    if (ids.length > most)
      return [...this.similarities(query, ids.slice(0, most)), ...this.similarities(query, ids.slice(most))];
    const places = ids.map((id) => this.#placeOf.get(id));
    const { scores, scale } = this.#ask(query);
    const here = places.filter((place) => place !== undefined);
    this.#products(here);
    let at = 0;
    return places.map((place) => (place === undefined ? 0 : scores[at++] * scale));
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

  /** Products with the vectors at some places, in their order; all at once, so that they are waited for together. */
  #products(places: ArrayLike<number>): void {
    new Uint32Array(this.#memory.buffer, this.#list, places.length).set(places);
    this.#kernels.listed(0, this.#base, places.length, this.#out, this.#list);
  }

  /** Places of what is in the cells nearest to a query; undefined where there are no cells. */
  #inNearestCells(query: ArrayLike<number>, count: number): Uint32Array | undefined {
    if (!this.#cells) return undefined;
    const { middles, cellOf } = this.#cells;
    this.#cells.members ??= byCell(cellOf.subarray(0, this.size), middles.size);
    const { starts, places } = this.#cells.members;
    const nearest = middles.near(query, { limit: count }).map(({ id }) => places.subarray(starts[id], starts[id + 1]));
    const found = new Uint32Array(nearest.reduce((sum, members) => sum + members.length, 0));
    let at = 0;
    for (const members of nearest) {
      found.set(members, at);
      at += members.length;
    }
    return found;
  }

  #putIntoCell(place: number, cellFor: (cells: Cells) => number): void {
    if (!this.#cells) return;
    this.#cells.cellOf[place] = cellFor(this.#cells);
    this.#cells.members = undefined;
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

  // In the memory lie: the query as shorts, then all vectors, a number for each, and a list of places.
  get #base(): number {
    return this.dimensions * 2;
  }

  get #out(): number {
    return this.#base + this.#capacity * this.dimensions;
  }

  get #list(): number {
    return this.#out + this.#capacity * 4;
  }

  get #needed(): number {
    return this.#list + this.#capacity * 4;
  }

  #grow(): void {
    this.#capacity = Math.ceil(this.#capacity * GROWTH) + 8;
    this.#moveToNewMemory();
    if (!this.#cells) return;
    const { cellOf } = this.#cells;
    this.#cells.cellOf = newCells(this.#capacity);
    this.#cells.cellOf.set(cellOf);
  }

  /** Another thread may be searching in what there is. */
  #moveToNewMemory(): void {
    const { rows, ids } = this;
    this.#memory = newMemory(this.#needed);
    this.#kernels = kernels(this.#memory, this.dimensions);
    this.#ids = newIds(this.#capacity);
    this.#isShared = false;
    this.rows.set(rows);
    this.#ids.set(ids);
  }

  /** Puts at each place what was at another, along the circles of places that take from one another. */
  #reorder(from: Uint32Array): void {
    const { rows, ids, dimensions } = this;
    const isDone = new Uint8Array(from.length);
    for (let first = 0; first < from.length; first++) {
      if (isDone[first]) continue;
      const row = rows.slice(first * dimensions, (first + 1) * dimensions);
      const id = ids[first];
      let place = first;
      for (let next = from[place]; next !== first; next = from[place]) {
        rows.copyWithin(place * dimensions, next * dimensions, (next + 1) * dimensions);
        ids[place] = ids[next];
        isDone[place] = 1;
        place = next;
      }
      rows.set(row, place * dimensions);
      ids[place] = id;
      isDone[place] = 1;
    }
  }
}

function middlesOf(rows: Int8Array, dimensions: number): VectorIndex {
  const count = rows.length / dimensions;
  const middles = new VectorIndex(dimensions, count);
  for (let cell = 0; cell < count; cell++)
    middles.setRounded(cell, rows.subarray(cell * dimensions, (cell + 1) * dimensions));
  return middles;
}

const canShare = typeof SharedArrayBuffer !== 'undefined';

function newMemory(bytes: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pagesFor(bytes), maximum: MAX_PAGES, shared: canShare });
}

function newIds(capacity: number): Float64Array {
  return new Float64Array(canShare ? new SharedArrayBuffer(capacity * 8) : new ArrayBuffer(capacity * 8));
}

function newCells(capacity: number): Uint16Array {
  return new Uint16Array(canShare ? new SharedArrayBuffer(capacity * 2) : new ArrayBuffer(capacity * 2));
}
