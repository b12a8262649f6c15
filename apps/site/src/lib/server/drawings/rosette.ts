import { at, type Family, part, pick, polar, TURN } from './family.ts';

/** Points on a circle, each joined to another: how many, and which, are the paper's. For learning. */
export const rosette: Family = {
  name: 'rosette',
  categories: ['cs.LG', 'cs.NE', 'stat.ML'],
  draw(bytes) {
    const points = pick(bytes[0], 9, 17);
    // Short of half the circle: chords through the middle would all be one star.
    const step = pick(bytes[1], 3, Math.ceil(points / 2) - 1);
    const turn = part(bytes[2]) * TURN;
    const on = (i: number, radius: number) => at(polar(turn + (i / points) * TURN, radius));
    return Array.from(
      { length: points },
      (_, i) => `M${on(i, 140)}L${on(i + step, 140)}M${on(i, 140)}L${on(i, 152 + part(bytes[3 + (i % 24)]) * 22)}`,
    ).join('');
  },
};
