import type { VectorIndex } from './vector-index.ts';

/** Vectors that the middles are learned from, for each cell. */
const SAMPLED = 40;
const ROUNDS = 6;
/** Cells, by the square root of how many vectors there are. */
const CELLS_BY_ROOT = 1.2;
const MOST_CELLS = 4_096;

/** As many cells as make looking for the nearest of them and looking through those about the same work. */
export function cellCount(vectors: number): number {
  return Math.max(1, Math.min(MOST_CELLS, Math.round(Math.sqrt(vectors) * CELLS_BY_ROOT)));
}

/**
 * Puts the middles of cells among vectors: spherical k-means (Dhillon & Modha 2001) on a sample that is drawn evenly from
 * all, so that the same vectors give the same cells.
 * @param middles empty; filled with one vector a cell, their ids the cells' numbers
 */
export function placeMiddles(middles: VectorIndex, vectors: VectorIndex, count: number): void {
  const { dimensions } = vectors;
  const { rows, size } = vectors;
  const sampled = Math.min(size, count * SAMPLED);
  const rowOf = (i: number) => {
    const place = Math.floor((i * size) / sampled);
    return rows.subarray(place * dimensions, (place + 1) * dimensions);
  };
  for (let cell = 0; cell < count; cell++) middles.set(cell, unit(rowOf(Math.floor((cell * sampled) / count))));
  for (let round = 0; round < ROUNDS; round++) {
    const sums = Array.from({ length: count }, () => new Float32Array(dimensions));
    for (let i = 0; i < sampled; i++) {
      const row = rowOf(i);
      const sum = sums[middles.nearest(row)];
      for (let d = 0; d < dimensions; d++) sum[d] += row[d];
    }
    // A cell that nothing is nearest to stays where it is.
    for (const [cell, sum] of sums.entries()) if (sum.some((x) => x !== 0)) middles.set(cell, unit(sum));
  }
}

/** Which places are of which cell: those of cell c stand from starts[c] on, ascending. */
export function byCell(cellOf: Uint16Array, count: number): { starts: Uint32Array; places: Uint32Array } {
  const starts = new Uint32Array(count + 1);
  for (const cell of cellOf) starts[cell + 1] += 1;
  for (let cell = 0; cell < count; cell++) starts[cell + 1] += starts[cell];
  const next = starts.slice();
  const places = new Uint32Array(cellOf.length);
  for (let place = 0; place < cellOf.length; place++) places[next[cellOf[place]]++] = place;
  return { starts, places };
}

function unit(row: Int8Array | Float32Array): Float32Array {
  let squares = 0;
  for (const x of row) squares += x * x;
  const length = Math.sqrt(squares) || 1;
  return Float32Array.from(row, (x) => x / length);
}
