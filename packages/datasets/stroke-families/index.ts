import type { Rng } from '@broadsheet/engine/stats';
import type { ClassSource } from '../class-stages/index.ts';
import { type Curve, randomCurve, render } from './strokes.ts';

/**
 * Invented signs of a few curved strokes, 28 × 28. Classes come in families that share two strokes, so that some are hard
 * to tell apart: graded hardness without a file of anybody's.
 */
export const SIDE = 28;
const FAMILY = 6;
const SHARED = 2;

export interface StrokeOptions {
  readonly classes: number;
  /** Pictures of one sample that differ by crop and blur: what two views are drawn from. 1: the plain picture alone. */
  readonly views: number;
}

/** How much a sample differs from its sign. */
const SPREAD = { turn: Math.PI / 18, scale: 0.1, shift: 2 / SIDE, pen: [1 / SIDE, 2.5 / SIDE], noise: 0.05 } as const;

/** The first view of a sample is the picture as it is; the others are crops of it, blurred more or less. */
export function strokeFamilies({ classes, views }: StrokeOptions, rng: Rng): ClassSource {
  const deal = rng.split('families').permutation(classes);
  const families = Math.ceil(classes / FAMILY);
  const signs = Array.from({ length: classes }, (_, label) => signOf(deal[label] % families, label, rng));
  return {
    width: SIDE * SIDE,
    views,
    draw(label, stream, into) {
      const picture = drawSign(signs[label], stream);
      into.set(picture);
      for (let view = 1; view < views; view++) into.set(cropped(picture, stream), view * SIDE * SIDE);
    },
  };
}

/** Three to five strokes, the first two those of the family. */
function signOf(family: number, label: number, rng: Rng): readonly Curve[] {
  const [common, own] = [rng.split('family', family), rng.split('sign', label)];
  const count = 1 + own.integer(0, 3);
  return [
    ...Array.from({ length: SHARED }, () => randomCurve(common)),
    ...Array.from({ length: count }, () => randomCurve(own)),
  ];
}

function drawSign(strokes: readonly Curve[], rng: Rng): Float32Array {
  const turn = rng.uniform(-SPREAD.turn, SPREAD.turn);
  const scale = 1 + rng.uniform(-SPREAD.scale, SPREAD.scale);
  const [dx, dy] = [rng.uniform(-SPREAD.shift, SPREAD.shift), rng.uniform(-SPREAD.shift, SPREAD.shift)];
  const [cos, sin] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  const placed = strokes.map((curve) =>
    curve.map(
      ([x, y]) => [0.5 + cos * (x - 0.5) - sin * (y - 0.5) + dx, 0.5 + sin * (x - 0.5) + cos * (y - 0.5) + dy] as const,
    ),
  );
  const picture = render(placed, SIDE, rng.uniform(...SPREAD.pen) / 2);
  for (let i = 0; i < picture.length; i++) picture[i] += rng.normal(0, SPREAD.noise);
  return picture;
}

/** A window of 24 to 28 pixels somewhere in the picture, enlarged again, and averaged with its neighbours now and then. */
function cropped(picture: Float32Array, rng: Rng): Float32Array {
  const size = rng.uniform(24, SIDE);
  const [left, top] = [rng.uniform(0, SIDE - size), rng.uniform(0, SIDE - size)];
  const blur = rng.uniform(0, 0.6);
  const out = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++)
    for (let column = 0; column < SIDE; column++) {
      const [x, y] = [left + (column / SIDE) * size, top + (row / SIDE) * size];
      const around =
        (sample(picture, x - 1, y) +
          sample(picture, x + 1, y) +
          sample(picture, x, y - 1) +
          sample(picture, x, y + 1)) /
        4;
      out[row * SIDE + column] = (1 - blur) * sample(picture, x, y) + blur * around;
    }
  return out;
}

/** Between pixels, linearly; the edge goes on beyond itself. */
function sample(picture: Float32Array, x: number, y: number): number {
  const inside = (value: number) => Math.min(SIDE - 1, Math.max(0, value));
  const [x0, y0] = [Math.floor(inside(x)), Math.floor(inside(y))];
  const [x1, y1] = [inside(x0 + 1), inside(y0 + 1)];
  const [u, v] = [inside(x) - x0, inside(y) - y0];
  const at = (column: number, row: number) => picture[row * SIDE + column];
  return (1 - v) * ((1 - u) * at(x0, y0) + u * at(x1, y0)) + v * ((1 - u) * at(x0, y1) + u * at(x1, y1));
}
