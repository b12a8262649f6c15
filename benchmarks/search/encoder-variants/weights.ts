import { stepRow } from '../../../packages/encoder/table.ts';

/** Weights beside the table, with their gradient and what Adagrad remembers of it. */
export interface Weights {
  values: Float32Array;
  gradient: Float32Array;
  history: Float32Array;
}

export function weightsOf(values: Float32Array): Weights {
  return {
    values,
    gradient: new Float32Array(values.length),
    history: new Float32Array(values.length).fill(1e-6),
  };
}

/** A table of vectors that is being learned, and which rows a step has touched. */
export interface LearnedTable {
  values: Float32Array;
  gradient: Float32Array;
  touched: Set<number>;
}

/** One step of Adagrad on each. */
export function stepAll(all: readonly Weights[], rate: number): void {
  for (const { values, gradient, history } of all)
    stepRow(0, values.length, { table: values, gradient, history, rate });
}
