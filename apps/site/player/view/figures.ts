import type { Figure, Point, Row, Table } from '@broadsheet/experiments';
import { describeFigure } from '../drawing/describe.ts';
import { drawFigure, isClosedForm } from '../drawing/figure.ts';
import { named } from '../drawing/frame.ts';
import { say, sayTogether } from '../drawing/numbers.ts';
import { type Series, seriesOf } from '../drawing/series.ts';
import { type Html, html, trusted } from '../html.ts';

/** Rows that a page's table shows; the whole is in the CSV. */
const MOST_ROWS = 12;

/** Every figure with its sentence and the table behind it. One that has no points yet is there and not shown. */
export function figuresBlock(figures: readonly Figure[], points: readonly Point[]): Html {
  const isEmpty = !figures.some((figure) => hasPoints(figure, points));
  return html`<p class="quiet" data-empty${isEmpty ? '' : html` hidden`}>Figures are drawn here as it runs; the first comes within a second or two.</p>${figures.map((figure) => figureBlock(figure, points))}`;
}

export function hasPoints(figure: Figure, points: readonly Point[]): boolean {
  return points.some((point) => point.figure === figure.id);
}

function figureBlock(figure: Figure, points: readonly Point[]): Html {
  return html`<figure data-figure="${figure.id}"${hasPoints(figure, points) ? '' : html` hidden`}>
<figcaption>${figure.title}</figcaption>
<div data-plot>${trusted(drawFigure(figure, points))}</div>
<p class="quiet" data-finding>${describeFigure(figure, points)}</p>
<details data-table-of="${figure.id}"><summary class="label">The table behind it</summary>${figureTable(figure, points)}</details>
</figure>`;
}

/** Means and intervals at some of the places of a figure, one column a series. */
export function figureTable(figure: Figure, points: readonly Point[]): Html {
  const mine = points.filter((point) => point.figure === figure.id);
  if (figure.kind === 'matrix') return matrixTable(figure, mine);
  const series = seriesOf(mine);
  const xs = [...new Set(series.flatMap((s) => s.spots.map((spot) => spot.x)))].sort((a, b) => a - b);
  const step = Math.max(1, Math.ceil(xs.length / MOST_ROWS));
  const shown = xs.filter((_, i) => i % step === 0 || i === xs.length - 1);
  const nameOf = (x: number) => figure.x.categories?.[x] ?? say(x);
  return html`<div class="wide" role="region" tabindex="0" aria-label="${figure.title}, table"><table class="plain"><caption class="visually-hidden">${figure.title}</caption>
<thead><tr class="head"><th scope="col">${named(figure.x)}</th>${series.map((s) => html`<th scope="col" class="number">${s.name}</th>`)}</tr></thead>
<tbody>${shown.map((x) => html`<tr><th scope="row">${nameOf(x)}</th>${series.map((s) => html`<td class="number">${cellOf(figure, s, x)}</td>`)}</tr>`)}</tbody></table></div>
${shown.length < xs.length ? html`<p class="quiet">${shown.length} of ${xs.length} places; the CSV has all.</p>` : ''}`;
}

function cellOf(figure: Figure, series: Series, x: number): string {
  const spot = series.spots.find((s) => s.x === x);
  if (!spot) return '–';
  if (spot.low === null || isClosedForm(figure, series)) return say(spot.mean);
  const [mean, low, high] = sayTogether([spot.mean, spot.low, spot.high as number]);
  return `${mean} [${low}, ${high}]`;
}

function matrixTable(figure: Figure, points: readonly Point[]): Html {
  return html`<div class="wide" role="region" tabindex="0" aria-label="${figure.title}, table"><table class="plain"><caption class="visually-hidden">${figure.title}</caption>
<thead><tr class="head"><th scope="col">${named(figure.y)}</th><th scope="col">${named(figure.x)}</th><th scope="col" class="number">value</th></tr></thead>
<tbody>${points.slice(0, 200).map((p) => html`<tr><th scope="row">${figure.y.categories?.[p.y] ?? say(p.y)}</th><td>${figure.x.categories?.[p.x] ?? say(p.x)}</td><td class="number">${p.series}</td></tr>`)}</tbody></table></div>`;
}

/** The tables that an experiment itself writes. */
export function tablesBlock(tables: readonly Table[], rows: readonly Row[]): Html {
  return html`${tables.map((table) => {
    const mine = rows.filter((row) => row.table === table.id);
    if (mine.length === 0) return '';
    return html`<details><summary class="label">${table.title}</summary><div class="wide" role="region" tabindex="0" aria-label="${table.title}, table"><table class="plain"><caption class="visually-hidden">${table.title}</caption>
<thead><tr class="head">${table.columns.map((c) => html`<th scope="col">${named(c)}</th>`)}</tr></thead>
<tbody>${mine.slice(0, 200).map((row) => html`<tr>${table.columns.map((c) => cell(row.cells[c.key]))}</tr>`)}</tbody></table></div>
${mine.length > 200 ? html`<p class="quiet">200 of ${mine.length} rows; the JSON has all.</p>` : ''}</details>`;
  })}`;
}

function cell(value: string | number | null | undefined): Html {
  if (value === null || value === undefined) return html`<td>–</td>`;
  return typeof value === 'number' ? html`<td class="number">${say(value)}</td>` : html`<td>${value}</td>`;
}
