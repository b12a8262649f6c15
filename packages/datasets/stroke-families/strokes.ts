import type { Rng } from '@broadsheet/engine/stats';

/** A curve as points joined by lines, in a unit square, y downwards. */
export type Curve = readonly (readonly [x: number, y: number])[];

const PIECES = 6;
const LEAST_LENGTH = 0.3;

/** A quadratic curve through the square, long enough to be seen. */
export function randomCurve(rng: Rng): Curve {
  const point = () => [rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85)] as const;
  let [from, to] = [point(), point()];
  while (Math.hypot(to[0] - from[0], to[1] - from[1]) < LEAST_LENGTH) [from, to] = [point(), point()];
  const bend = point();
  return Array.from({ length: PIECES + 1 }, (_, i) => {
    const t = i / PIECES;
    const at = (k: 0 | 1) => (1 - t) ** 2 * from[k] + 2 * t * (1 - t) * bend[k] + t ** 2 * to[k];
    return [at(0), at(1)] as const;
  });
}

/** Ink where a pixel is within `pen` of a curve, with one pixel of soft edge. */
export function render(curves: readonly Curve[], side: number, pen: number): Float32Array {
  const out = new Float32Array(side * side);
  for (const curve of curves) for (let i = 1; i < curve.length; i++) drawLine(out, side, pen, curve[i - 1], curve[i]);
  return out;
}

/** Only the pixels near the line are looked at: most of a picture is empty. */
function drawLine(
  out: Float32Array,
  side: number,
  pen: number,
  [x0, y0]: Curve[number],
  [x1, y1]: Curve[number],
): void {
  const reach = pen + 1 / side;
  const clamp = (value: number) => Math.min(side - 1, Math.max(0, Math.floor(value * side)));
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy || 1;
  for (let row = clamp(Math.min(y0, y1) - reach); row <= clamp(Math.max(y0, y1) + reach); row++)
    for (let column = clamp(Math.min(x0, x1) - reach); column <= clamp(Math.max(x0, x1) + reach); column++) {
      const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
      const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / length));
      const distance = Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
      const ink = Math.min(1, Math.max(0, (pen - distance) * side + 0.5));
      const at = row * side + column;
      if (ink > out[at]) out[at] = ink;
    }
}
