import { type Matrix, type MatrixLike, matrix } from '@broadsheet/engine/linalg';
import type { Rng } from '@broadsheet/engine/stats';

/**
 * Random graphs with more or fewer chains, convergent and divergent pairs than chance (SONET; Zhao et al. 2011):
 * A_ij = 1 where Z_ij = x_i + y_j + √(1 − v_x − v_y) ε_ij passes the threshold of density p; var x = v_x gives
 * convergence, var y = v_y divergence, cov(x_i, y_i) = c chains. |c| ≤ √(v_x v_y): chains never come alone.
 */
export interface SonetSpec {
  readonly density: number;
  readonly convergence: number;
  readonly divergence: number;
  readonly chains: number;
}

/** The graph out of given standard normals: x and y from two vectors [N], ε [N, N]. No unit connects to itself. */
export function sonetOf(
  { density, convergence: vx, divergence: vy, chains: c }: SonetSpec,
  g1: ArrayLike<number>,
  g2: ArrayLike<number>,
  epsilon: MatrixLike,
): { z: Matrix; adjacency: Matrix } {
  if (!(vx >= 0 && vy >= 0 && vx + vy < 1 && Math.abs(c) <= Math.sqrt(vx * vy)))
    throw new RangeError(
      `sonet: chains ${c} need |chains| ≤ √(convergence · divergence) = ${Math.sqrt(vx * vy).toFixed(3)}, and convergence + divergence < 1.`,
    );
  const n = g1.length;
  const threshold = normalQuantile(1 - density);
  const z = matrix(n, n);
  const adjacency = matrix(n, n);
  const own = Math.sqrt(1 - vx - vy);
  const x = Float64Array.from({ length: n }, (_, i) => Math.sqrt(vx) * g1[i]);
  const shared = vx > 0 ? c / Math.sqrt(vx) : 0;
  const y = Float64Array.from({ length: n }, (_, i) => shared * g1[i] + Math.sqrt(vy - shared ** 2) * g2[i]);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      z.data[i * n + j] = x[i] + y[j] + own * epsilon.data[i * n + j];
      adjacency.data[i * n + j] = i !== j && z.data[i * n + j] > threshold ? 1 : 0;
    }
  return { z, adjacency };
}

export function sonet(n: number, spec: SonetSpec, rng: Rng): Matrix {
  return sonetOf(spec, rng.normals(n), rng.normals(n), matrix(n, n, rng.normals(n * n))).adjacency;
}

/** How many ordered pairs of edges of each kind there are, and how far from chance: P = p²(1 + alpha). */
export function motifsOf(adjacency: MatrixLike): {
  density: number;
  counts: Record<'chain' | 'convergent' | 'divergent' | 'reciprocal', number>;
  alphas: Record<'chain' | 'convergent' | 'divergent' | 'reciprocal', number>;
} {
  const n = adjacency.shape[0];
  const [into, outOf] = [new Float64Array(n), new Float64Array(n)];
  let reciprocal = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      into[i] += adjacency.data[i * n + j];
      outOf[j] += adjacency.data[i * n + j];
      reciprocal += adjacency.data[i * n + j] * adjacency.data[j * n + i];
    }
  const edges = into.reduce((sum, value) => sum + value, 0);
  const density = edges / (n * (n - 1));
  const triples = n * (n - 1) * (n - 2);
  let [chain, convergent, divergent] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    chain += into[i] * outOf[i];
    convergent += into[i] * (into[i] - 1);
    divergent += outOf[i] * (outOf[i] - 1);
  }
  chain -= reciprocal; // j → i → j is no chain
  const against = (count: number, chances: number) => count / (chances * density ** 2) - 1;
  return {
    density,
    counts: { chain, convergent, divergent, reciprocal },
    alphas: {
      chain: against(chain, triples),
      convergent: against(convergent, triples),
      divergent: against(divergent, triples),
      reciprocal: against(reciprocal, n * (n - 1)),
    },
  };
}

/**
 * α of two edges whose Z have correlation ρ: p²(1 + α) = p² + ∫₀^ρ exp(−θ²/(1 + r)) / (2π√(1 − r²)) dr,
 * θ the threshold (bivariate normal upper quadrant).
 */
export function motifAlpha(density: number, correlation: number): number {
  const theta = normalQuantile(1 - density);
  const integrand = (r: number) => Math.exp((-theta * theta) / (1 + r)) / (2 * Math.PI * Math.sqrt(1 - r * r));
  const steps = 400; // Simpson's rule; 1e-9 at |ρ| ≤ 0.9
  const h = correlation / steps;
  let sum = integrand(0) + integrand(correlation);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * integrand(i * h);
  return ((h / 3) * sum) / density ** 2;
}

/** The correlation that gives a wanted α, by bisection: α rises with it. */
export function motifCorrelation(density: number, alpha: number): number {
  let [low, high] = [-0.999, 0.999];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (motifAlpha(density, middle) < alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Φ⁻¹ by Newton's steps on the error function's series (Abramowitz & Stegun 7.1.5, 26.2.22 for the start). */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`normalQuantile: ${probability} is not in (0, 1).`);
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  let x = t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
  if (probability < 0.5) x = -x;
  for (let step = 0; step < 4; step++)
    x -= ((normalProbability(x) - probability) * Math.sqrt(2 * Math.PI)) / Math.exp((-x * x) / 2);
  return x;
}

/** Φ(x) for moderate x: ½ + φ(x) (x + x³/3 + x⁵/15 + …). */
function normalProbability(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum) && k < 400; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
