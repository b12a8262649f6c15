/**
 * The gradients of layers, made by hand, against finite differences: of each the largest difference, as a share of the
 * gradient's length.
 *
 *   node benchmarks/search/encoder-variants/gradients.ts
 */
import { createRng } from '../../../packages/engine/stats/index.ts';
import { type ModelShape, modelOf } from './models.ts';

const SHAPES: Record<string, ModelShape> = {
  'static vectors': {},
  attention: { attention: 4 },
  product: { neighbourhood: true },
  network: { residual: 8 },
  'product and network': { neighbourhood: true, residual: 8 },
};
const DIMENSIONS = 16;
const STEP = 1e-2;

for (const [name, shape] of Object.entries(SHAPES)) {
  const rng = createRng(4);
  const model = modelOf(DIMENSIONS, shape, rng);
  const random = (size: number, scale: number) => Float32Array.from({ length: size }, () => scale * rng.normal());
  const values = random(6 * DIMENSIONS, 0.5);
  const table = { values, gradient: new Float32Array(values.length), touched: new Set<number>() };
  // Away from the zeros they begin as, where a wrong gradient could hide.
  for (const one of model.weights) one.values.set(random(one.values.length, 0.3));
  const texts = [
    [1, 3, 3, 0, 5, 1, 2, 3],
    [2, 1],
  ];
  const direction = random(texts.length * DIMENSIONS, 1);
  const value = () => model.forward(texts, values).sums.reduce((sum, x, k) => sum + x * direction[k], 0);
  model.forward(texts, values).back(direction, table);
  for (const [part, one] of [table, ...model.weights].entries()) {
    let square = 0;
    let wrong = 0;
    for (let i = 0; i < one.values.length; i++) {
      const kept = one.values[i];
      one.values[i] = kept + STEP;
      const above = value();
      one.values[i] = kept - STEP;
      const slope = (above - value()) / (2 * STEP);
      one.values[i] = kept;
      square += one.gradient[i] ** 2;
      wrong = Math.max(wrong, Math.abs(slope - one.gradient[i]));
    }
    console.log(
      `${name}, ${part === 0 ? 'table' : `weights ${part}`}: ${(wrong / Math.sqrt(square)).toExponential(1)}`,
    );
  }
}
