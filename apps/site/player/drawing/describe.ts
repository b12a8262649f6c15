import type { Figure, Point } from '@broadsheet/experiments';
import { say, sayTogether } from './numbers.ts';
import { type Series, seriesOf } from './series.ts';

/** What a figure shows, in one sentence: where each of its series ends. */
export function describeFigure(figure: Figure, points: readonly Point[]): string {
  const mine = points.filter((point) => point.figure === figure.id);
  if (mine.length === 0) return 'Nothing is drawn yet.';
  if (figure.kind === 'matrix') return `${mine.length} values of ${figure.y.label} by ${figure.x.label}.`;
  const series = seriesOf(mine);
  if (figure.kind === 'scatter')
    return `${mine.length} points of ${figure.y.label} against ${figure.x.label}, ${listed(series.map((s) => s.name))}.`;
  return `${figure.y.label} at the right end: ${listed(series.slice(0, 6).map((s) => endOf(s, figure.closedForm?.includes(s.name) ?? false)))}${series.length > 6 ? ' and others' : ''}.`;
}

function endOf(series: Series, isClosedForm: boolean): string {
  const last = series.spots.at(-1);
  if (!last) return series.name;
  if (last.low === null || last.high === null || isClosedForm) return `${series.name} ${say(last.mean)}`;
  const [mean, low, high] = sayTogether([last.mean, last.low, last.high]);
  return `${series.name} ${mean} (95 % ${low} to ${high})`;
}

function listed(words: string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
