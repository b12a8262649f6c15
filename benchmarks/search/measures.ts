import { bootstrap, createRng } from '../../packages/engine/stats/index.ts';
import type { Question } from './tasks.ts';

/** One over the place of the first answer among the first ten; 0 where there is none. */
export function reciprocalRank(ids: readonly number[], { answers }: Question): number {
  const at = ids.slice(0, 10).findIndex((id) => answers.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** Mean of the precision at each answer, among the first hundred. */
export function averagePrecision(ids: readonly number[], { answers }: Question): number {
  let hits = 0;
  let sum = 0;
  for (const [at, id] of ids.slice(0, 100).entries()) if (answers.has(id)) sum += ++hits / (at + 1);
  return sum / answers.size;
}

export const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);

/** The standard error of a mean. */
export function errorOf(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((v) => (v - middle) ** 2)) / Math.max(1, values.length));
}

/** ".559 (.507–.613)", by bootstrap over questions. */
export function withInterval(values: readonly number[], { separator = '–' } = {}): string {
  const { low, high } = bootstrap(values, createRng(1));
  return `${mean(values).toFixed(3)} (${low.toFixed(3)}${separator}${high.toFixed(3)})`;
}

/** By how much some scores are above others of the same questions. */
export function gainOver(values: readonly number[], others: readonly number[]): string {
  return withInterval(
    values.map((value, i) => value - others[i]),
    { separator: ' to ' },
  );
}
