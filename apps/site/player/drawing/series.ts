import { tQuantile } from '@broadsheet/engine/stats';
import type { Point } from '@broadsheet/experiments';

/** What is drawn at one x of one series: the mean of its seeds and the interval that holds it at 95 %. */
export interface Spot {
  readonly x: number;
  readonly mean: number;
  /** Null where fewer than two seeds have a value: one value has no interval. */
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number;
}

export interface Series {
  readonly name: string;
  /** Place in the figure's order; gives colour, dash and mark. */
  readonly index: number;
  readonly spots: readonly Spot[];
  /** One thin line a seed, in the order of x. */
  readonly seeds: ReadonlyMap<number, readonly { x: number; y: number }[]>;
}

/** A line of more places than this is no finer on any screen, only slower to draw. */
const MOST_PLACES = 160;

/**
 * Groups the points of one figure into its series, in the order in which each first appeared. Values that are not finite
 * are left out: they are no place on a page, and the verdicts count their seeds.
 */
export function seriesOf(points: readonly Point[]): Series[] {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) continue;
    const group = groups.get(point.series);
    if (group) group.push(point);
    else groups.set(point.series, [point]);
  }
  return [...groups].map(([name, its], index) => {
    const byX = new Map<number, number[]>();
    const seeds = new Map<number, { x: number; y: number }[]>();
    for (const { x, y, seed } of its) {
      append(byX, x, y);
      if (seed !== undefined) append(seeds, seed, { x, y });
    }
    for (const line of seeds.values()) line.sort((a, b) => a.x - b.x);
    const spots = [...byX].sort(([a], [b]) => a - b).map(([x, values]) => spotOf(x, values));
    return { name, index, spots: thinned(spots), seeds: new Map([...seeds].map(([s, line]) => [s, thinned(line)])) };
  });
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function spotOf(x: number, values: number[]): Spot {
  const count = values.length;
  let mean = 0;
  for (const value of values) mean += value / count;
  if (count < 2) return { x, mean, low: null, high: null, count };
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const half = (quantileOf(count - 1) * Math.sqrt(squares / (count - 1))) / Math.sqrt(count);
  return { x, mean, low: mean - half, high: mean + half, count };
}

const quantiles = new Map<number, number>();
/** A figure asks for the same few quantiles at each of its places. */
function quantileOf(degrees: number): number {
  let quantile = quantiles.get(degrees);
  if (quantile === undefined) {
    quantile = tQuantile(0.975, degrees);
    quantiles.set(degrees, quantile);
  }
  return quantile;
}

/** Every n-th place, and always the last. */
function thinned<T>(places: T[]): T[] {
  const step = Math.ceil(places.length / MOST_PLACES);
  if (step <= 1) return places;
  return places.filter((_, i) => i % step === 0 || i === places.length - 1);
}
