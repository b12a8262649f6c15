import { countsOf } from './encoder.ts';

/** Texts as bags of pieces, packed: bag i has pieces[starts[i] … starts[i + 1]] with their weights. */
export interface Bags {
  pieces: Uint32Array;
  weights: Float32Array;
  starts: Uint32Array;
}

export function bagsOf(texts: readonly (readonly number[])[]): Bags {
  const bags = texts.map((ids) => [...countsOf(ids)]);
  const total = bags.reduce((sum, bag) => sum + bag.length, 0);
  const pieces = new Uint32Array(total);
  const weights = new Float32Array(total);
  const starts = new Uint32Array(texts.length + 1);
  let at = 0;
  for (const [i, bag] of bags.entries()) {
    for (const [piece, count] of bag) {
      pieces[at] = piece;
      weights[at++] = Math.sqrt(count);
    }
    starts[i + 1] = at;
  }
  return { pieces, weights, starts };
}

/** The sums of the vectors of each bag. @returns [bags, dimensions] */
export function sumBags({ pieces, weights, starts }: Bags, table: Float32Array, dimensions: number): Float32Array {
  const sums = new Float32Array((starts.length - 1) * dimensions);
  for (let bag = 0; bag + 1 < starts.length; bag++) {
    const to = bag * dimensions;
    for (let i = starts[bag]; i < starts[bag + 1]; i++) {
      const from = pieces[i] * dimensions;
      const weight = weights[i];
      for (let d = 0; d < dimensions; d++) sums[to + d] += weight * table[from + d];
    }
  }
  return sums;
}

/** The gradient of the table from that of the sums, added to `into`; marks which rows it touches. */
export function spreadGradient(
  { pieces, weights, starts }: Bags,
  gradient: Float32Array,
  { into, touched, dimensions }: { into: Float32Array; touched: Set<number>; dimensions: number },
): void {
  for (let bag = 0; bag + 1 < starts.length; bag++) {
    const from = bag * dimensions;
    for (let i = starts[bag]; i < starts[bag + 1]; i++) {
      const to = pieces[i] * dimensions;
      const weight = weights[i];
      touched.add(pieces[i]);
      for (let d = 0; d < dimensions; d++) into[to + d] += weight * gradient[from + d];
    }
  }
}
