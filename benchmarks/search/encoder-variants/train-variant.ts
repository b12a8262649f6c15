import { compileContrast } from '../../../packages/encoder/contrast.ts';
import { quantised } from '../../../packages/encoder/encoder.ts';
import { type PaperPieces, pairOf, withNeighbours } from '../../../packages/encoder/pairs.ts';
import { firstTable, stepRow } from '../../../packages/encoder/table.ts';
import { createRng } from '../../../packages/engine/stats/index.ts';
import { compileDistillation, type Teacher } from './distillation.ts';
import { type Model, type ModelShape, modelOf } from './models.ts';
import { type LearnedTable, stepAll } from './weights.ts';

export interface Variant extends ModelShape {
  /** Learning rate of what stands beside the table, and the share of all steps over which it comes to that. */
  rate?: number;
  warmUp?: number;
  /** What the teacher's word counts beside the contrast. */
  distillation?: number;
}

export interface VariantOptions {
  pieces: number;
  neighbours: readonly (readonly number[])[];
  seed: number;
  epochs: number;
  teacher?: Teacher;
}

export const DIMENSIONS = 256;
const BATCH = 512;
const LEARNING_RATE = 0.08;
const TEMPERATURE = 0.05;
const EXECUTOR = { executor: 'native', threads: 1 } as const;
/** Papers of the teacher's in a step, two texts each. */
const TAUGHT = 128;

/**
 * As `trainStatic`, with another layer between table and loss, and a teacher's word where it is asked for. The same seed
 * draws the same first table and the same pairs for all.
 * @returns the encoding of pieces, by the table rounded to int8 as it would ship, and the loss of the last epoch
 */
export async function trainVariant(
  texts: readonly PaperPieces[],
  variant: Variant,
  { pieces, neighbours, seed, epochs, teacher }: VariantOptions,
): Promise<{ encode(ids: readonly number[]): Float32Array; loss: number }> {
  const { rate: layerRate = 0, warmUp = 0, distillation = 0 } = variant;
  const d = DIMENSIONS;
  const rng = createRng(seed);
  const values = firstTable(texts, pieces, d, rng.split('table'));
  const table = { values, gradient: new Float32Array(values.length), touched: new Set<number>() };
  const history = new Float32Array(values.length).fill(1e-6);
  const model = modelOf(d, variant, rng.split('pooling'));
  const contrast = await compileContrast({ batch: BATCH, dimensions: d, temperature: TEMPERATURE }, EXECUTOR);
  const lesson = distillation > 0 ? await lessons(texts, model, { seed, distillation, teacher }) : undefined;
  const choice = rng.split('pairs');
  const steps = Math.floor(texts.length / BATCH);
  let sum = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const permutation = choice.permutation(texts.length);
    const order = epoch % 2 === 1 ? withNeighbours(permutation, neighbours) : permutation;
    sum = 0;
    for (let step = 0; step < steps; step++) {
      const pairs = Array.from(order.subarray(step * BATCH, (step + 1) * BATCH), (i) => pairOf(texts[i], choice));
      const [left, right] = [0, 1].map((side) =>
        model.forward(
          pairs.map((pair) => pair[side]),
          values,
        ),
      );
      const { loss, ...to } = await contrast.of(left.sums, right.sums);
      left.back(to.left, table);
      right.back(to.right, table);
      await lesson?.(table);
      const done = (epoch * steps + step) / (epochs * steps);
      for (const piece of table.touched)
        stepRow(piece * d, d, { table: values, history, gradient: table.gradient, rate: LEARNING_RATE * (1 - done) });
      table.touched.clear();
      stepAll(model.weights, layerRate * (1 - done) * (warmUp > 0 ? Math.min(1, done / warmUp) : 1));
      sum += loss;
    }
  }
  await contrast.dispose();
  const rounded = quantised(values, d);
  for (let i = 0; i < values.length; i++) values[i] = rounded.rows[i] * rounded.steps[Math.floor(i / d)];
  return { encode: (ids) => unit(model.forward([ids], values).sums), loss: sum / steps };
}

/** Steps towards the teacher, on papers drawn apart from the pairs. */
async function lessons(
  texts: readonly PaperPieces[],
  model: Model,
  { seed, distillation, teacher }: { seed: number; distillation: number; teacher?: Teacher },
): Promise<(table: LearnedTable) => Promise<void>> {
  if (!teacher)
    throw new Error('distillation needs the vectors of a teacher: --teacher FILE, as teacher.ts writes it.');
  const { dimensions: width, vectors, papers } = teacher;
  const program = await compileDistillation({ texts: 2 * TAUGHT, dimensions: DIMENSIONS }, EXECUTOR);
  const draw = createRng(seed).split('taught');
  return async (table) => {
    const taught = Array.from({ length: TAUGHT }, () => draw.integer(0, papers.length));
    const ids = taught.flatMap((t) => [texts[papers[t]].title, texts[papers[t]].sentences[0] ?? []]);
    const wanted = new Float32Array(ids.length * width);
    for (const [i, t] of taught.entries())
      wanted.set(vectors.subarray(2 * t * width, 2 * (t + 1) * width), 2 * i * width);
    const { sums, back } = model.forward(ids, table.values);
    const { toStudent } = await program.of(sums, wanted);
    back(
      toStudent.map((x) => x * distillation),
      table,
    );
  };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return length > 0 ? vector.map((x) => x / length) : vector;
}
