import { type Family, line, part, pick, TURN } from './family.ts';

/** Two vibrations at right angles. For mathematics and physics. */
export const curves: Family = {
  name: 'curves',
  categories: [
    'math',
    'stat',
    'physics',
    'quant-ph',
    'cond-mat',
    'astro-ph',
    'hep-th',
    'hep-ph',
    'cs.IT',
    'econ',
    'q-fin',
  ],
  draw(bytes) {
    const across = pick(bytes[0], 3, 6);
    // One more or one less: frequencies that share no divisor make one closed line.
    const down = across + (bytes[1] % 2 === 0 ? 1 : -1);
    // Between two phases at which the line would run back over itself.
    const phase = (Math.PI / (2 * down)) * (0.3 + part(bytes[2]) * 0.4);
    const width = 130 + part(bytes[3]) * 35;
    const height = 130 + part(bytes[4]) * 35;
    const steps = 280;
    return line(
      Array.from({ length: steps }, (_, k): [number, number] => {
        const t = (k / steps) * TURN;
        return [width * Math.sin(across * t + phase), height * Math.sin(down * t)];
      }),
      { closed: true },
    );
  },
};
