import { area, curveMonotoneX, line } from 'd3-shape';

/** One stage on a ridge: where on the axis of time, and the topic's share of the stage's papers. */
export interface RidgePoint {
  /** 0 at the first stage shown, 1 at the last. */
  at: number;
  share: number;
}

/** User units of a ridge's picture; it is stretched to whatever room it has. */
export const RIDGE = { width: 600, height: 40 } as const;

/**
 * A topic's share over time as one SVG that stretches with its box; strokes keep their width. It says nothing that the
 * row and the table beside it do not say, so it is hidden from who listens.
 * @param most the share that fills the height
 */
export function drawRidge(points: readonly RidgePoint[], most: number): string {
  const { width, height } = RIDGE;
  const x = (p: RidgePoint) => Math.round(p.at * width * 10) / 10;
  const y = (p: RidgePoint) => Math.round((height - 1 - (p.share / (most || 1)) * (height - 3)) * 10) / 10;
  const filled = area<RidgePoint>().x(x).y0(height).y1(y).curve(curveMonotoneX)([...points]) ?? '';
  const edge = line<RidgePoint>().x(x).y(y).curve(curveMonotoneX)([...points]) ?? '';
  return `<svg class="ridge" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true"><path class="fill" d="${filled}"/><path class="edge" d="${edge}"/></svg>`;
}

/** Stages of different lengths on one axis: each stands at the middle of its days. */
export function placesOf(stages: readonly { fromDay: string; toDay: string }[]): number[] {
  const middles = stages.map((s) => (Date.parse(s.fromDay) + Date.parse(s.toDay)) / 2);
  const [first, last] = [middles[0] ?? 0, middles.at(-1) ?? 1];
  return middles.map((m) => (last > first ? (m - first) / (last - first) : 0.5));
}

/** Where the marks of time stand under the ridges: the years' beginnings, or the months' where the span is short. */
export function marksOf(stages: readonly { fromDay: string; toDay: string }[]): { at: number; label: string }[] {
  const [first, last] = [stages[0], stages.at(-1)];
  if (!first || !last || stages.length < 2) return [];
  const start = (Date.parse(first.fromDay) + Date.parse(first.toDay)) / 2;
  const end = (Date.parse(last.fromDay) + Date.parse(last.toDay)) / 2;
  const months = (end - start) / MONTH_MS;
  const step = months > 30 ? 12 : months > 14 ? 6 : months > 6 ? 3 : 1;
  const marks: { at: number; label: string }[] = [];
  for (let month = new Date(`${first.fromDay.slice(0, 7)}-01T00:00:00Z`); month.getTime() <= end; addMonth(month)) {
    if (month.getTime() < start || month.getUTCMonth() % step !== 0) continue;
    const at = (month.getTime() - start) / (end - start);
    if (at <= LAST_MARK) marks.push({ at, label: markLabel(month) });
  }
  return marks;
}

/** What would be written beyond hangs over the edge of a phone. */
const LAST_MARK = 0.86;
const MONTH_MS = 30.44 * 86_400_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function markLabel(month: Date): string {
  return month.getUTCMonth() === 0 ? String(month.getUTCFullYear()) : MONTHS[month.getUTCMonth()];
}

function addMonth(month: Date): void {
  month.setUTCMonth(month.getUTCMonth() + 1);
}
