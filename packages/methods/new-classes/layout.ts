import { symmetricEigen } from '@broadsheet/engine/linalg';

export interface Place {
  readonly x: number;
  readonly y: number;
}

const STEPS = 200;

/**
 * Points of a plane for unit vectors, both coordinates from 0 to 1: first by classical scaling (Torgerson 1952), then
 * moved so that distances on the plane come near those of the vectors (majorisation of stress, de Leeuw 1977).
 * No chance in it: the same vectors give the same plane.
 */
export function layOut(vectors: readonly ArrayLike<number>[]): Place[] {
  const n = vectors.length;
  if (n < 2) return vectors.map(() => ({ x: 0.5, y: 0.5 }));
  const wanted = distancesOf(vectors);
  let places = classical(wanted, n);
  for (let step = 0; step < STEPS; step++) places = majorised(places, wanted, n);
  return within(places, n);
}

/** √(2 − 2cos) for each pair, [n, n]. */
function distancesOf(vectors: readonly ArrayLike<number>[]): Float64Array {
  const n = vectors.length;
  const distances = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      let cosine = 0;
      for (let d = 0; d < vectors[i].length; d++) cosine += vectors[i][d] * vectors[j][d];
      distances[i * n + j] = distances[j * n + i] = Math.sqrt(Math.max(0, 2 - 2 * cosine));
    }
  return distances;
}

/** −½JD²J, its two largest eigenvectors scaled by the roots of their values; a sign is fixed by the largest entry. */
function classical(distances: Float64Array, n: number): Float64Array {
  const squares = distances.map((distance) => distance * distance);
  const means = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += squares[i * n + j];
    return sum / n;
  });
  const all = means.reduce((sum, mean) => sum + mean, 0) / n;
  const centred = squares.map((square, at) => -(square - means[Math.floor(at / n)] - means[at % n] + all) / 2);
  const { values, vectors } = symmetricEigen({ data: centred, shape: [n, n] });
  const places = new Float64Array(2 * n);
  for (const axis of [0, 1]) {
    let most = 0;
    for (let i = 0; i < n; i++) {
      const entry = vectors.data[i * n + axis];
      if (Math.abs(entry) > Math.abs(most) + 1e-9) most = entry;
    }
    const scale = Math.sign(most || 1) * Math.sqrt(Math.max(0, values[axis]));
    for (let i = 0; i < n; i++) places[2 * i + axis] = scale * vectors.data[i * n + axis];
  }
  return places;
}

/** One Guttman transform: xᵢ ← (1/n) Σⱼ δᵢⱼ(xᵢ − xⱼ)/dᵢⱼ. */
function majorised(places: Float64Array, wanted: Float64Array, n: number): Float64Array {
  const next = new Float64Array(2 * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const [dx, dy] = [places[2 * i] - places[2 * j], places[2 * i + 1] - places[2 * j + 1]];
      const ratio = wanted[i * n + j] / (Math.hypot(dx, dy) || 1);
      next[2 * i] += (ratio * dx) / n;
      next[2 * i + 1] += (ratio * dy) / n;
    }
  return next;
}

/** Both axes brought to [0, 1] by one scale, so that distances stay true. */
function within(places: Float64Array, n: number): Place[] {
  const axis = (a: number) => Array.from({ length: n }, (_, i) => places[2 * i + a]);
  const [lows, highs] = [[0, 1].map((a) => Math.min(...axis(a))), [0, 1].map((a) => Math.max(...axis(a)))];
  const span = Math.max(highs[0] - lows[0], highs[1] - lows[1]) || 1;
  const at = (i: number, a: number) => 0.5 + (places[2 * i + a] - (lows[a] + highs[a]) / 2) / span;
  return Array.from({ length: n }, (_, i) => ({ x: at(i, 0), y: at(i, 1) }));
}
