import type { AttachedReport, Point, Row, RunEvent } from '../contract.ts';

/** Points that one series keeps at most; the eye tells no more apart. */
export const MOST_POINTS = 400;
/** Series, rows and reports that one unit may leave; an experiment that emits more has a fault. */
const MOST_SERIES = 2000;
const MOST_ROWS = 5000;
const MOST_REPORTS = 50;

/** Keeps a bounded record of what a unit emits, and says which events are worth passing on. */
export function createCollector() {
  const series = new Map<string, ThinnedSeries>();
  const rows: Row[] = [];
  const reports: AttachedReport[] = [];

  /** True where the event should be shown at once. */
  const take = (event: RunEvent): boolean => {
    switch (event.type) {
      case 'point':
        return takePoint(withoutType(event));
      case 'row':
        return takeBounded(rows, withoutType(event), MOST_ROWS, 'table rows');
      case 'report':
        return takeBounded(reports, withoutType(event), MOST_REPORTS, 'training reports');
      case 'progress':
        return true;
    }
  };
  const takePoint = (point: Point): boolean => {
    const key = JSON.stringify([point.figure, point.series, point.seed ?? null]);
    let kept = series.get(key);
    if (!kept) {
      if (series.size >= MOST_SERIES) throw new RangeError(`A unit of work drew more than ${MOST_SERIES} series.`);
      kept = thinnedSeries();
      series.set(key, kept);
    }
    return kept.add(point);
  };
  return { take, result: () => ({ points: [...series.values()].flatMap((one) => one.points()), rows, reports }) };
}

interface ThinnedSeries {
  add(point: Point): boolean;
  points(): Point[];
}

/** Every 2ᵏ-th point, k grown so that at most MOST_POINTS are kept, and always the last one. */
function thinnedSeries(): ThinnedSeries {
  let kept: Point[] = [];
  let stride = 1;
  let count = 0;
  let last: Point | undefined;
  return {
    add(point) {
      last = point;
      if (count++ % stride !== 0) return false;
      kept.push(point);
      if (kept.length === MOST_POINTS) {
        kept = kept.filter((_, i) => i % 2 === 0);
        stride *= 2;
      }
      return true;
    },
    points: () => (last && kept.at(-1) !== last ? [...kept, last] : kept),
  };
}

function takeBounded<T>(list: T[], item: T, most: number, noun: string): boolean {
  if (list.length >= most) throw new RangeError(`A unit of work left more than ${most} ${noun}.`);
  list.push(item);
  return true;
}

function withoutType<E extends RunEvent>({ type: _, ...rest }: E): Omit<E, 'type'> {
  return rest;
}
