import { createHash } from 'node:crypto';

/** Half the width of a drawing. */
const REACH = 180;

/** A paper's own small drawing, in the colour of the text around it; the same for ever. */
export function drawPaper(key: string): string {
  return `<svg viewBox="${-REACH} ${-REACH} ${2 * REACH} ${2 * REACH}" width="${2 * REACH}" height="${2 * REACH}"><path d="${rosette(key)}" fill="none" stroke="currentColor" stroke-width="1.5"/></svg>`;
}

/** A rosette of chords around the origin: how many points, and which are joined, come from the paper's id alone. */
export function rosette(key: string): string {
  const bytes = createHash('sha256').update(key).digest();
  const points = 9 + (bytes[0] % 9);
  const step = 2 + (bytes[1] % Math.max(1, Math.floor(points / 2) - 1));
  const turn = (bytes[2] / 256) * Math.PI * 2;
  const at = (i: number, radius: number) => {
    const angle = turn + (i / points) * Math.PI * 2;
    return `${(Math.cos(angle) * radius).toFixed(1)} ${(Math.sin(angle) * radius).toFixed(1)}`;
  };
  const chords = Array.from({ length: points }, (_, i) => `M${at(i, 140)}L${at(i + step, 140)}`).join('');
  const rays = Array.from(
    { length: points },
    (_, i) => `M${at(i, 140)}L${at(i, 152 + (bytes[3 + (i % 24)] / 256) * 22)}`,
  ).join('');
  return chords + rays;
}
