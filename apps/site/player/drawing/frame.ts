import type { Figure } from '@broadsheet/experiments';
import type { DrawnAxis } from './scales.ts';
import { at, escapeText } from './svg.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Room around the drawing: tick labels left and below, the y axis's name above, direct labels right. */
export function frameOf(width: number, height: number, labelWidth: number): Frame {
  const right = Math.min(width * 0.36, Math.max(12, labelWidth + 12));
  return { width, height, left: 44, right: width - right, top: 26, bottom: height - 40 };
}

/** Thin axes with few ticks; the y axis's name stands above it, where it reads without turning the head. */
export function drawAxes(figure: Figure, frame: Frame, x: DrawnAxis, y: DrawnAxis): string {
  const { left, right, top, bottom } = frame;
  const parts = [`<path class="axis" d="M${left} ${top}V${bottom}H${at(right)}"/>`];
  for (const tick of y.ticks) {
    if (tick.at > bottom + 0.5 || tick.at < top - 0.5) continue;
    parts.push(`<path class="grid" d="M${left} ${at(tick.at)}H${at(right)}"/>`);
    parts.push(
      `<text class="tick" x="${left - 6}" y="${at(tick.at)}" dy="4" text-anchor="end">${escapeText(tick.label)}</text>`,
    );
  }
  const shown = apart(x.ticks);
  for (const tick of shown) {
    parts.push(`<path class="axis" d="M${at(tick.at)} ${bottom}v4"/>`);
    parts.push(
      `<text class="tick" x="${at(tick.at)}" y="${bottom + 17}" text-anchor="middle">${escapeText(tick.label)}</text>`,
    );
  }
  parts.push(`<text class="name" x="0" y="12">${escapeText(named(figure.y))}</text>`);
  parts.push(
    `<text class="name" x="${at(right)}" y="${bottom + 34}" text-anchor="end">${escapeText(named(figure.x))}</text>`,
  );
  return parts.join('');
}

export function named(axis: { readonly label: string; readonly unit?: string }): string {
  return axis.unit ? `${axis.label}, ${axis.unit}` : axis.label;
}

/** Leaves out ticks whose labels would run into the one before. */
function apart(ticks: DrawnAxis['ticks']): DrawnAxis['ticks'] {
  let end = Number.NEGATIVE_INFINITY;
  return ticks.filter((tick) => {
    const half = tick.label.length * 3.6;
    if (tick.at - half < end + 4) return false;
    end = tick.at + half;
    return true;
  });
}
