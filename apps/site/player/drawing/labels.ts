import { escapeText } from './svg.ts';

export interface Label {
  readonly text: string;
  readonly y: number;
  /** Class of its colour. */
  readonly className: string;
}

/** Distance at which two lines of text still read as two, in pixels. */
const LINE = 15;

/** Pushes labels apart until none covers another, in their order from top to bottom, within `top` and `bottom`. */
export function spread(labels: readonly Label[], top: number, bottom: number): Label[] {
  const sorted = labels.map((label) => ({ ...label })).sort((a, b) => a.y - b.y);
  const space = Math.min(LINE, (bottom - top) / Math.max(1, sorted.length - 1));
  let least = top;
  for (const label of sorted) {
    label.y = Math.max(label.y, least);
    least = label.y + space;
  }
  let most = bottom;
  for (const label of sorted.reverse()) {
    label.y = Math.min(label.y, most);
    most = label.y - space;
  }
  return sorted.reverse();
}

/** The width that a label takes at the figures' type size, near enough to leave room for it. */
export function widthOf(text: string): number {
  return text.length * 6.6;
}

export function drawLabels(labels: readonly Label[], x: number): string {
  return labels
    .map((l) => `<text class="${l.className}" x="${x}" y="${l.y.toFixed(1)}" dy="4">${escapeText(l.text)}</text>`)
    .join('');
}
