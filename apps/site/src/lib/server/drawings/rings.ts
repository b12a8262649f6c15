import { at, type Family, part, pick, polar, TURN } from './family.ts';

/** Rings with gaps, one inside the other. For people and their machines. */
export const rings: Family = {
  name: 'rings',
  categories: ['cs.HC', 'cs.CY', 'cs.CR', 'cs.DC', 'cs.NI', 'cs.AR', 'q-bio', 'cs.SI'],
  draw(bytes) {
    const count = pick(bytes[0], 6, 9);
    let path = '';
    for (let i = 0; i < count; i++) {
      const radius = 28 + (137 * i) / (count - 1);
      const gaps = pick(bytes[1 + i], 1, 3);
      const turn = part(bytes[12 + i]) * TURN;
      const gap = 0.12 + part(bytes[22 + (i % 9)]) * 0.5;
      for (let g = 0; g < gaps; g++) {
        const from = turn + (g / gaps) * TURN + gap / 2;
        const until = turn + ((g + 1) / gaps) * TURN - gap / 2;
        const isLong = until - from > Math.PI ? 1 : 0;
        path += `M${at(polar(from, radius))}A${radius.toFixed(1)} ${radius.toFixed(1)} 0 ${isLong} 1 ${at(polar(until, radius))}`;
      }
    }
    return path;
  },
};
