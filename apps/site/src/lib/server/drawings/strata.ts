import { type Family, line, part, pick, TURN } from './family.ts';

/** Lines of a page that a voice runs through. For language. */
export const strata: Family = {
  name: 'strata',
  categories: ['cs.CL', 'cs.SD', 'eess.AS', 'cs.IR'],
  draw(bytes) {
    const lines = pick(bytes[0], 9, 13);
    const centre = (part(bytes[1]) - 0.5) * 90;
    const waves = pick(bytes[2], 3, 6);
    return Array.from({ length: lines }, (_, i) => {
      const y = -130 + (260 * i) / (lines - 1);
      const height = 8 + part(bytes[3 + i]) * 30;
      const shift = part(bytes[16 + (i % 14)]) * TURN;
      return line(
        Array.from({ length: 45 }, (_, k): [number, number] => {
          const x = -154 + k * 7;
          const loudness = Math.exp(-(((x - centre) / 62) ** 2));
          return [x, y - Math.abs(Math.sin((x / 154) * waves * Math.PI + shift)) * height * loudness];
        }),
      );
    }).join('');
  },
};
