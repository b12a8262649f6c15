import { at } from './svg.ts';

/** Colour and dash repeat after this many series; with the label beside each line they are never told apart by colour alone. */
export const KINDS = 6;

export const seriesClass = (index: number): string => `s${index % KINDS}`;

/** A mark of its own shape for each series: disc, square, diamond, triangle, cross, ring. */
export function mark(index: number, x: number, y: number, size = 3.5): string {
  const [X, Y, r] = [at(x), at(y), at(size)];
  const d = at(2 * size);
  const shapes = [
    `<circle cx="${X}" cy="${Y}" r="${r}"/>`,
    `<path d="M${at(x - size)} ${at(y - size)}h${d}v${d}h-${d}z"/>`,
    `<path d="M${X} ${at(y - size * 1.3)}l${at(size * 1.3)} ${at(size * 1.3)}l-${at(size * 1.3)} ${at(size * 1.3)}l-${at(size * 1.3)} -${at(size * 1.3)}z"/>`,
    `<path d="M${X} ${at(y - size * 1.2)}l${at(size * 1.2)} ${at(size * 2.2)}h-${at(size * 2.4)}z"/>`,
    `<path class="stroke" d="M${at(x - size)} ${at(y - size)}l${d} ${d}m0 -${d}l-${d} ${d}"/>`,
    `<circle class="stroke" cx="${X}" cy="${Y}" r="${r}"/>`,
  ];
  return shapes[index % shapes.length];
}

/** The paper's own value: hollow, larger than ours, so that both can be seen where they meet. */
export function hollowMark(x: number, y: number): string {
  return `<circle class="paper-mark" cx="${at(x)}" cy="${at(y)}" r="5"/>`;
}

/** An interval as a thin upright line with short ends. */
export function whisker(x: number, low: number, high: number): string {
  return `<path class="whisker" d="M${at(x - 3)} ${at(low)}h6m-3 0V${at(high)}m-3 0h6"/>`;
}
