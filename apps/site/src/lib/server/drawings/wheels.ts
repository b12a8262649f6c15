import { type Family, line, part, pick, TURN } from './family.ts';

/** The path of a point on a wheel that rolls on another. For what moves. */
export const wheels: Family = {
  name: 'wheels',
  categories: ['cs.RO', 'eess.SY', 'cs.SY', 'cs.MA'],
  draw(bytes) {
    const petals = pick(bytes[0], 5, 11);
    const rounds = pick(bytes[1], 2, 4);
    // A petal count that the rounds divide would draw one round over itself.
    const ratio = petals % rounds === 0 ? petals + 1 : petals;
    const arm = 0.42 + part(bytes[2]) * 0.3;
    const turn = part(bytes[3]) * TURN;
    const scale = 165 / (1 + arm);
    const steps = 320;
    return line(
      Array.from({ length: steps }, (_, k): [number, number] => {
        const angle = (k / steps) * TURN * rounds;
        const inner = (angle * ratio) / rounds;
        return [
          scale * (Math.cos(angle + turn) + arm * Math.cos(inner + turn)),
          scale * (Math.sin(angle + turn) + arm * Math.sin(inner + turn)),
        ];
      }),
      { closed: true },
    );
  },
};
