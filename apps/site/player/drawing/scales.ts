import type { Axis } from '@broadsheet/experiments';
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';

/** One axis as it is drawn: where a value stands, and which values get a tick. */
export interface DrawnAxis {
  place(value: number): number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/**
 * Lays an axis over the values it must show, its ends on round numbers.
 * @param range from and to, in pixels
 */
export function layAxis(
  axis: Axis,
  values: readonly number[],
  range: readonly [number, number],
  { ticks, isTight = false }: { ticks: number; isTight?: boolean },
): DrawnAxis {
  if (axis.categories) return layCategories(axis.categories, range);
  const isLog = axis.scale === 'log';
  const [low, high] = extent(values, isLog);
  const scale: ScaleContinuousNumeric<number, number> = (isLog ? scaleLog() : scaleLinear())
    .domain([low, high])
    .range(range);
  if (!isTight) scale.nice(ticks);
  const count = !isLog && values.every(Number.isInteger) ? wholeTicks(scale, ticks) : ticks;
  // Log ticks come for every digit; those without a label are left out, and the others are written out: 0.01, not 10m.
  const own = scale.tickFormat(count);
  const format = (value: number) => (isLog && own(value) !== '' ? plain(value) : own(value));
  return {
    // A value that a logarithm has no place for stands at the axis's foot.
    place: (value) => scale(isLog && value < LEAST ? low : value),
    ticks: scale
      .ticks(count)
      .map((value) => ({ at: scale(value), label: format(value) }))
      .filter((tick) => tick.label !== ''),
  };
}

/** As many as give whole numbers only: there is no stage 1.5. */
function wholeTicks(scale: ScaleContinuousNumeric<number, number>, most: number): number {
  let count = most;
  while (count > 1 && !scale.ticks(count).every(Number.isInteger)) count -= 1;
  return count;
}

function plain(value: number): string {
  return value >= 1e-4 && value < 1e6
    ? value.toLocaleString('en', { maximumSignificantDigits: 3 })
    : value.toExponential(0);
}

/** Names of whole-numbered places, each in the middle of its share of the axis. */
function layCategories(categories: readonly string[], [from, to]: readonly [number, number]): DrawnAxis {
  const step = (to - from) / Math.max(1, categories.length);
  const place = (value: number) => from + (value + 0.5) * step;
  return { place, ticks: categories.map((label, i) => ({ at: place(i), label })) };
}

/** Below it there is no room on a logarithmic axis for a smaller value. */
const LEAST = 1e-300;

function extent(values: readonly number[], isLog: boolean): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value) || (isLog && value < LEAST)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return isLog ? [1, 10] : [0, 1];
  if (low < high) return [low, high];
  // A single value stands in the middle of something.
  return isLog ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
}
