/** A way to draw a paper from the bytes of its id: lines within 175 of the origin, as the data of one SVG path. */
export interface Family {
  name: string;
  /** The categories, or whole archives, whose papers are drawn so. */
  categories: string[];
  draw(bytes: Uint8Array): string;
}

export const TURN = Math.PI * 2;

/** A byte as a fraction of 1. */
export function part(byte: number): number {
  return byte / 256;
}

/** A whole number from a byte, `from` to `until` inclusive. */
export function pick(byte: number, from: number, until: number): number {
  return from + (byte % (until - from + 1));
}

export function polar(angle: number, radius: number): [number, number] {
  return [Math.cos(angle) * radius, Math.sin(angle) * radius];
}

/** One tenth of a unit is finer than any screen. */
export function at([x, y]: [number, number]): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

export function line(points: [number, number][], { closed = false } = {}): string {
  return `M${points.map(at).join('L')}${closed ? 'Z' : ''}`;
}
