import type { Figure, Point } from '@broadsheet/experiments';
import { describeFigure } from './describe.ts';
import { named } from './frame.ts';
import { at, escapeText } from './svg.ts';

/** Rows down, columns across, the shade of a cell its value; the number stands in it too where there is room. */
export function drawMatrix(
  figure: Figure,
  points: readonly Point[],
  { width, height }: { width: number; height: number },
): string {
  const rows = placesOf(
    figure.y.categories,
    points.map((p) => p.y),
  );
  const columns = placesOf(
    figure.x.categories,
    points.map((p) => p.x),
  );
  const cells = new Map<string, { sum: number; count: number }>();
  for (const point of points) {
    const value = Number(point.series);
    if (!Number.isFinite(value)) continue;
    const key = `${point.y} ${point.x}`;
    const cell = cells.get(key) ?? { sum: 0, count: 0 };
    cells.set(key, { sum: cell.sum + value, count: cell.count + 1 });
  }
  const means = [...cells.values()].map((cell) => cell.sum / cell.count);
  const [low, high] = [Math.min(0, ...means), Math.max(...means, 1e-12)];
  const [left, top, bottom] = [72, 26, height - 40];
  const [w, h] = [(width - left) / Math.max(1, columns.length), (bottom - top) / Math.max(1, rows.length)];
  const parts: string[] = [];
  rows.forEach((row, i) => {
    const y = top + i * h;
    parts.push(
      `<text class="tick" x="${left - 6}" y="${at(y + h / 2)}" dy="4" text-anchor="end">${escapeText(row.label)}</text>`,
    );
    columns.forEach((column, j) => {
      const cell = cells.get(`${row.value} ${column.value}`);
      if (!cell) return;
      const mean = cell.sum / cell.count;
      const shade = (mean - low) / (high - low || 1);
      const x = left + j * w;
      parts.push(
        `<rect class="cell" x="${at(x)}" y="${at(y)}" width="${at(w - 1)}" height="${at(h - 1)}" fill-opacity="${shade.toFixed(2)}"/>`,
      );
      if (w > 34 && h > 16)
        parts.push(
          `<text class="${shade > 0.55 ? 'on-dark' : 'tick'}" x="${at(x + w / 2)}" y="${at(y + h / 2)}" dy="4" text-anchor="middle">${mean.toPrecision(2)}</text>`,
        );
    });
  });
  columns.forEach((column, j) => {
    parts.push(
      `<text class="tick" x="${at(left + (j + 0.5) * w)}" y="${bottom + 17}" text-anchor="middle">${escapeText(column.label)}</text>`,
    );
  });
  return [
    `<svg class="figure" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeText(`${figure.title}. ${describeFigure(figure, points)}`)}</title>`,
    ...parts,
    `<text class="name" x="0" y="12">${escapeText(named(figure.y))}</text>`,
    `<text class="name" x="${width}" y="${bottom + 34}" text-anchor="end">${escapeText(named(figure.x))}</text>`,
    '</svg>',
  ].join('');
}

function placesOf(categories: readonly string[] | undefined, values: number[]): { value: number; label: string }[] {
  if (categories) return categories.map((label, value) => ({ value, label }));
  return [...new Set(values)].sort((a, b) => a - b).map((value) => ({ value, label: String(value) }));
}
