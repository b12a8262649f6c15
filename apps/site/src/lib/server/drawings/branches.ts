import { type Family, line, part, pick } from './family.ts';

/** A tree that forks a few times, as a search does. For reasoning and programs. */
export const branches: Family = {
  name: 'branches',
  categories: ['cs.AI', 'cs.SE', 'cs.PL', 'cs.LO', 'cs.DS'],
  draw(bytes) {
    const depth = pick(bytes[0], 5, 6);
    const spread = 0.3 + part(bytes[1]) * 0.18;
    const lean = (part(bytes[2]) - 0.5) * 0.24;
    let path = '';
    let node = 0;
    const grow = (x: number, y: number, angle: number, length: number, left: number) => {
      const byte = bytes[3 + (node++ % 28)];
      const end: [number, number] = [x + Math.sin(angle) * length, y - Math.cos(angle) * length];
      path += line([[x, y], end]);
      if (left === 0) return;
      const next = length * (0.7 + part(byte) * 0.12);
      grow(...end, angle - spread + lean, next, left - 1);
      grow(...end, angle + spread + lean, next, left - 1);
    };
    grow(0, 155, -lean, 78, depth);
    return path;
  },
};
