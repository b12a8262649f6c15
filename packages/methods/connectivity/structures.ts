import { type Matrix, type MatrixLike, matrix } from '@broadsheet/engine/linalg';
import type { Rng } from '@broadsheet/engine/stats';

/**
 * Starts with structure found in brains, and the nulls that they are compared with. None is scaled: `matched` does it.
 * The paper's own numbers and nulls were not available; recipes and defaults are ours unless a line says otherwise.
 */

/** Dale's law: each unit excites or inhibits; |G| with the sign of its column, the first units excitatory. */
export function dale(g: MatrixLike, { excitatory = 0.8, isBalanced = true } = {}): Matrix {
  const n = g.shape[0];
  const count = Math.round(excitatory * n);
  // Unbalanced, the mean weight is not zero: an eigenvalue near N·mean, and ReLU networks explode.
  const inhibition = isBalanced && count < n ? count / (n - count) : 1;
  return mapped(g, (value, _, j) => Math.abs(value) * (j < count ? 1 : -inhibition));
}

/** Types of units and, post × pre, how likely and how strong connections between them are. */
export interface BlockTable {
  readonly shares: readonly number[];
  readonly probability: readonly (readonly number[])[];
  readonly strength: readonly (readonly number[])[];
}

/** Excitatory, PV, SST and VIP cells. Illustrative numbers, not data; measured ones can be put in their place. */
export const CELL_TYPES: BlockTable = {
  shares: [0.8, 0.08, 0.06, 0.06],
  probability: [
    [0.1, 0.35, 0.25, 0.05],
    [0.35, 0.4, 0.2, 0.05],
    [0.25, 0.05, 0.05, 0.35],
    [0.25, 0.05, 0.3, 0.05],
  ],
  strength: [
    [1, -2, -1.5, -0.5],
    [1.5, -2, -1, -0.3],
    [1, -0.5, -0.3, -1.5],
    [1, -0.3, -1.5, -0.3],
  ],
};

/** The type of each unit, in blocks; the first type takes what rounding leaves. */
export function typesOf({ shares }: BlockTable, n: number): number[] {
  const counts = shares.map((share) => Math.round(share * n));
  counts[0] += n - counts.reduce((sum, count) => sum + count, 0);
  return counts.flatMap((count, type) => Array<number>(count).fill(type));
}

/** A ∘ J ∘ magnitude with A_ij = 1 where uniform_ij < P[type_i][type_j]; no unit connects to itself. */
export function block(
  types: readonly number[],
  { probability, strength }: Pick<BlockTable, 'probability' | 'strength'>,
  uniform: MatrixLike,
  magnitude: MatrixLike,
): Matrix {
  const n = types.length;
  return withoutDiagonal(
    mapped(uniform, (u, i, j) =>
      u < probability[types[i]][types[j]] ? strength[types[i]][types[j]] * magnitude.data[i * n + j] : 0,
    ),
  );
}

/** Cell-type blocks with exponential magnitudes. */
export function cellTypeBlocks(n: number, rng: Rng, table: BlockTable = CELL_TYPES): Matrix {
  return block(typesOf(table, n), table, uniforms(n, rng), exponentials(n, rng));
}

/** The null of a structure: the same off-diagonal weights at random places. */
export function shuffled(w: MatrixLike, rng: Rng): Matrix {
  const n = w.shape[0];
  const places = Array.from({ length: n * n }, (_, at) => at).filter((at) => Math.floor(at / n) !== at % n);
  const values = rng.shuffle(places.map((at) => w.data[at]));
  const out = matrix(n, n);
  places.forEach((at, i) => {
    out.data[at] = values[i];
  });
  return out;
}

/** Erdős–Rényi connections of density p with exponential weights, less the mean of all entries. */
export function erdosRenyi(n: number, density: number, rng: Rng): Matrix {
  const adjacency = withoutDiagonal(mapped(uniforms(n, rng), (u) => (u < density ? 1 : 0)));
  return centred(weighted(adjacency, rng));
}

/** Exponential weights on the edges of a graph. */
export function weighted(adjacency: MatrixLike, rng: Rng): Matrix {
  const magnitudes = exponentials(adjacency.shape[0], rng);
  return mapped(adjacency, (edge, i, j) => edge * magnitudes.data[i * adjacency.shape[1] + j]);
}

/** Less the mean of all entries: with a positive mean, ReLU networks explode. */
export function centred(w: MatrixLike): Matrix {
  let mean = 0;
  for (let i = 0; i < w.data.length; i++) mean += w.data[i] / w.data.length;
  return mapped(w, (value) => value - mean);
}

/** ±exp(σ·randn): heavy-tailed weights lower the singular-value ranks without any block structure. */
export function heavyTail(n: number, sigma: number, rng: Rng): Matrix {
  return mapped(matrix(n, n), () => (rng.bits() & 1 ? 1 : -1) * Math.exp(sigma * rng.normal()));
}

export function withoutDiagonal(w: MatrixLike): Matrix {
  return mapped(w, (value, i, j) => (i === j ? 0 : value));
}

function mapped(w: MatrixLike, entry: (value: number, i: number, j: number) => number): Matrix {
  const [rows, columns] = w.shape;
  const out = matrix(rows, columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out.data[i * columns + j] = entry(w.data[i * columns + j], i, j);
  return out;
}

function uniforms(n: number, rng: Rng): Matrix {
  return matrix(n, n, rng.uniforms(n * n));
}

function exponentials(n: number, rng: Rng): Matrix {
  return matrix(
    n,
    n,
    rng.uniforms(n * n).map((u) => -Math.log(1 - u)),
  );
}
