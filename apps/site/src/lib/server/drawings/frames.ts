import { type Family, line, part, pick, polar, TURN } from './family.ts';

/** A frame within a frame, each turned a little further. For pictures and film. */
export const frames: Family = {
  name: 'frames',
  categories: ['cs.CV', 'cs.GR', 'eess.IV', 'cs.MM'],
  draw(bytes) {
    const corners = pick(bytes[0], 3, 6);
    const count = pick(bytes[1], 9, 14);
    const turn = part(bytes[2]) * TURN;
    // Every corner lies on a side of the frame around it, this far along.
    const along = 0.08 + part(bytes[3]) * 0.16;
    let frame = Array.from({ length: corners }, (_, i) => polar(turn + (i / corners) * TURN, 165));
    let path = '';
    for (let n = 0; n < count; n++) {
      path += line(frame, { closed: true });
      frame = frame.map(([x, y], i) => {
        const [nx, ny] = frame[(i + 1) % corners];
        return [x + (nx - x) * along, y + (ny - y) * along];
      });
    }
    return path;
  },
};
