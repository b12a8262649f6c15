import type { Figure, Point } from '@broadsheet/experiments';
import { area, curveLinear, line } from 'd3-shape';
import { describeFigure } from './describe.ts';
import { drawAxes, type Frame, frameOf } from './frame.ts';
import { drawLabels, type Label, spread, widthOf } from './labels.ts';
import { hollowMark, mark, seriesClass, whisker } from './marks.ts';
import { drawMatrix } from './matrix.ts';
import { type DrawnAxis, layAxis } from './scales.ts';
import { type Series, seriesOf } from './series.ts';
import { at, escapeText } from './svg.ts';

export interface DrawOptions {
  readonly width?: number;
  readonly height?: number;
  /** Draws seeds one by one; without it only means and intervals, for small pictures. */
  readonly withSeeds?: boolean;
}

/**
 * A figure as one SVG text: the same from the server and in the browser, at any moment of a run. Colours come from the
 * page by class names (styles in lab.css); the sentence in its title says what it shows.
 */
export function drawFigure(figure: Figure, points: readonly Point[], options: DrawOptions = {}): string {
  const { width = 400, height = 270, withSeeds = true } = options;
  const mine = points.filter((p) => p.figure === figure.id && Number.isFinite(p.x) && Number.isFinite(p.y));
  if (figure.kind === 'matrix') return drawMatrix(figure, mine, { width, height });
  const series = seriesOf(mine);
  const paper = (figure.paperPoints ?? []).filter((p) => Number.isFinite(p.x) && Number.isFinite(p.y));
  // One series alone needs no name beside it: the axis says what it is.
  const labels = series.length + paper.length > 1;
  const names = labels ? [...series.map((s) => s.name), ...(paper.length > 0 ? ['○ the paper'] : [])] : [];
  const frame = frameOf(width, height, Math.max(0, ...names.map(widthOf)));
  const { x, y } = layAxes(figure, series, paper, frame, withSeeds);
  const drawn = series.map((s) =>
    figure.kind === 'lines'
      ? drawLine(s, x, y, isClosedForm(figure, s), withSeeds)
      : drawDots(figure, s, asides(figure, series, s, x), x, y, withSeeds),
  );
  const hollow = paper.map((p) => hollowMark(x.place(p.x), y.place(p.y))).join('');
  return [
    `<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeText(`${figure.title}. ${describeFigure(figure, points)}`)}</title>`,
    drawAxes(figure, frame, x, y),
    ...drawn,
    hollow,
    labels ? drawLabels(spread(labelsOf(series, paper, y), frame.top + 4, frame.bottom - 4), frame.right + 8) : '',
    '</svg>',
  ].join('');
}

export function isClosedForm(figure: Figure, series: { readonly name: string }): boolean {
  return figure.closedForm?.includes(series.name) ?? false;
}

function layAxes(
  figure: Figure,
  series: readonly Series[],
  paper: readonly Point[],
  frame: Frame,
  withSeeds: boolean,
): { x: DrawnAxis; y: DrawnAxis } {
  const xs = [...series.flatMap((s) => s.spots.map((spot) => spot.x)), ...paper.map((p) => p.x)];
  const ys = paper.map((p) => p.y);
  for (const s of series) {
    for (const spot of s.spots) ys.push(spot.mean, spot.low ?? spot.mean, spot.high ?? spot.mean);
    if (withSeeds) for (const seed of s.seeds.values()) for (const p of seed) ys.push(p.y);
  }
  const inset = insetOf(figure, new Set(xs).size, frame);
  return {
    x: layAxis(figure.x, xs, [frame.left + inset, frame.right - inset], {
      ticks: frame.width < 360 ? 4 : 6,
      isTight: figure.kind !== 'scatter',
    }),
    y: layAxis(figure.y, ys, [frame.bottom, frame.top], { ticks: 5 }),
  };
}

/** Lines run from edge to edge; marks need air at both ends, and places with several marks each half a place. */
function insetOf(figure: Figure, places: number, { left, right }: Frame): number {
  if (figure.kind === 'lines') return 0;
  return figure.kind === 'dots' ? Math.max(16, Math.min(36, (right - left) / (2 * places))) : 16;
}

/** Thin lines are seeds, the thick one their mean, the band its interval. */
function drawLine(s: Series, x: DrawnAxis, y: DrawnAxis, isClosed: boolean, withSeeds: boolean): string {
  const path = line<{ x: number; y: number }>(
    (p) => x.place(p.x),
    (p) => y.place(p.y),
  ).digits(1);
  const mean = path(s.spots.map((spot) => ({ x: spot.x, y: spot.mean }))) ?? '';
  const name = seriesClass(s.index);
  if (isClosed) return `<g class="${name}"><path class="closed" d="${mean}"/></g>`;
  const seeds = withSeeds
    ? [...s.seeds.values()].map((seed) => `<path class="seed" d="${path([...seed]) ?? ''}"/>`).join('')
    : '';
  const between = s.spots.filter((spot) => spot.low !== null);
  const band = area<(typeof between)[number]>()
    .x((spot) => x.place(spot.x))
    .y0((spot) => y.place(spot.low as number))
    .y1((spot) => y.place(spot.high as number))
    .curve(curveLinear)
    .digits(1);
  return `<g class="${name}">${seeds}<path class="band" d="${band(between) ?? ''}"/><path class="mean" d="${mean}"/></g>`;
}

/**
 * How far aside a series stands at each place: only where others stand too, so that each mark is at its x otherwise, and
 * never so far that it could be read as of the next place.
 */
function asides(figure: Figure, all: readonly Series[], s: Series, x: DrawnAxis): (x: number) => number {
  const measured = all.filter((other) => !isClosedForm(figure, other));
  const places = [...new Set(measured.flatMap(({ spots }) => spots.map((spot) => x.place(spot.x))))].sort(
    (a, b) => a - b,
  );
  const gap = Math.min(60, ...places.slice(1).map((place, i) => place - places[i]));
  return (at) => {
    const here = measured.filter((other) => other.spots.some((spot) => spot.x === at));
    return (here.indexOf(s) - (here.length - 1) / 2) * Math.min(9, (0.75 * gap) / here.length);
  };
}

/** Each place with its mean, its interval and, faintly, its seeds. */
function drawDots(
  figure: Figure,
  s: Series,
  asideAt: (x: number) => number,
  x: DrawnAxis,
  y: DrawnAxis,
  withSeeds: boolean,
): string {
  const name = seriesClass(s.index);
  if (isClosedForm(figure, s)) {
    const path = line<(typeof s.spots)[number]>(
      (p) => x.place(p.x),
      (p) => y.place(p.mean),
    ).digits(1);
    return `<g class="${name}"><path class="closed" d="${path([...s.spots]) ?? ''}"/></g>`;
  }
  if (figure.kind === 'scatter') {
    const marks = s.seeds.size > 0 ? [...s.seeds.values()].flat() : s.spots.map((p) => ({ x: p.x, y: p.mean }));
    return `<g class="${name}">${marks.map((p) => mark(s.index, x.place(p.x), y.place(p.y), 3)).join('')}</g>`;
  }
  const seeds = withSeeds
    ? [...s.seeds.values()]
        .flat()
        .map(
          (p) => `<circle class="seed-dot" cx="${at(x.place(p.x) + asideAt(p.x))}" cy="${at(y.place(p.y))}" r="1.5"/>`,
        )
    : [];
  const spots = s.spots.map((spot) => {
    const place = x.place(spot.x) + asideAt(spot.x);
    const interval = spot.low === null ? '' : whisker(place, y.place(spot.low), y.place(spot.high as number));
    return interval + mark(s.index, place, y.place(spot.mean), 4);
  });
  return `<g class="${name}">${seeds.join('')}${spots.join('')}</g>`;
}

/** Direct labels at the right end of each series, instead of a legend. */
function labelsOf(series: readonly Series[], paper: readonly Point[], y: DrawnAxis): Label[] {
  const labels: Label[] = [];
  for (const s of series) {
    const last = s.spots.at(-1);
    if (last) labels.push({ text: s.name, y: y.place(last.mean), className: `label ${seriesClass(s.index)}` });
  }
  const last = paper.at(-1);
  if (last) labels.push({ text: '○ the paper', y: y.place(last.y), className: 'label' });
  return labels;
}
