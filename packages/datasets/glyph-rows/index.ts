import type { Rng } from '@broadsheet/engine/stats';
import { DIGITS, type Stroke } from './strokes.ts';

/**
 * Digits drawn by us, one row of the picture a time step: what stands in for sequential MNIST (Liu et al. 2023 use the
 * real one; its files are not ours to ship). Each is a hand-made stroke figure, turned, sheared, scaled and shifted at
 * random, drawn with a random pen and speckled.
 */
export const SIDE = 28;
export const CLASSES = 10;

export interface GlyphBatch {
  /** float32 [SIDE rows as steps, batch, SIDE columns], 0 … 1 and a little noise. */
  readonly inputs: Float32Array;
  /** [batch], the digit. */
  readonly labels: Uint8Array;
}

/** How much each picture differs from its figure; standard deviations but for the pen's range. */
const SPREAD = { turn: 0.12, shear: 0.15, scale: 0.08, shift: 0.04, noise: 0.05, pen: [0.035, 0.07] } as const; // ours

/** Draws a batch; the same stream gives the same bytes. */
export function drawGlyphRows(rng: Rng, batch: number): GlyphBatch {
  const inputs = new Float32Array(SIDE * batch * SIDE);
  const labels = new Uint8Array(batch);
  for (let b = 0; b < batch; b++) {
    labels[b] = rng.integer(0, CLASSES);
    const picture = drawGlyph(DIGITS[labels[b]], rng);
    for (let row = 0; row < SIDE; row++)
      inputs.set(picture.subarray(row * SIDE, (row + 1) * SIDE), (row * batch + b) * SIDE);
  }
  return { inputs, labels };
}

function drawGlyph(strokes: readonly Stroke[], rng: Rng): Float32Array {
  const place = randomPlacement(rng);
  const pen = rng.uniform(...SPREAD.pen);
  const lines = strokes.flatMap((stroke) => {
    const points = stroke.map(([x, y]) => place(x - 0.5, y - 0.5));
    return points.slice(1).map((end, i) => [points[i], end] as const);
  });
  const picture = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const [x, y] = [(column + 0.5) / SIDE, (row + 0.5) / SIDE];
      let nearest = Number.POSITIVE_INFINITY;
      for (const [from, to] of lines) nearest = Math.min(nearest, distance(x, y, from, to));
      const ink = Math.min(1, Math.max(0, (pen - nearest) * SIDE + 0.5)); // one pixel of soft edge
      picture[row * SIDE + column] = ink + rng.normal(0, SPREAD.noise);
    }
  return picture;
}

type Place = readonly [number, number];

function randomPlacement(rng: Rng): (x: number, y: number) => Place {
  const turn = rng.normal(0, SPREAD.turn);
  const shear = rng.normal(0, SPREAD.shear);
  const [sx, sy] = [1 + rng.normal(0, SPREAD.scale), 1 + rng.normal(0, SPREAD.scale)];
  const [dx, dy] = [0.5 + rng.normal(0, SPREAD.shift), 0.5 + rng.normal(0, SPREAD.shift)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return (x, y) => {
    const [u, v] = [sx * (x + shear * y), sy * y];
    return [cos * u - sin * v + dx, sin * u + cos * v + dy];
  };
}

/** From a point to the segment between two others. */
function distance(x: number, y: number, [x0, y0]: Place, [x1, y1]: Place): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}
