import { sizeOf } from '../tensor.ts';
import { zip } from './elementwise.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Rule } from './rule.ts';
import { plainView, type View } from './view.ts';

/** Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Threefry-2×32 with 20 rounds, as in JAX. */
const PARITY = 0x1bd11bda; // Skein's key-schedule constant
const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/** 32 random bits per element: the counter is (0, position), the two words are combined as `mode` says. */
const randomBits: Rule = ({ graph, inputs, params }) => {
  const { shape, mode } = params as unknown as { shape: number[]; mode: 'xor' | 0 | 1 };
  const keyRank = inputs[0].shape.length;
  const drawn = shape.slice(keyRank);
  const combine = (op: string, a: View, b: View): View =>
    zip(graph, [a, b], shape, 'uint32', (names) => graph.emit(op, names));
  const number = (value: number): View => ({
    ...plainView(graph.scalar(value, 'uint32'), [], 'uint32'),
    literal: value,
  });
  const [k0, k1] = inputs.map((key) => atFront(key, shape));
  const k2 = combine('BitwiseXor', combine('BitwiseXor', k0, k1), number(PARITY));
  const keys = [k0, k1, k2];

  let x0 = k0; // the counter's first word is zero
  let x1 = combine('Add', counter(graph, sizeOf(drawn), drawn, shape), k1);
  for (let round = 0; round < 5; round++) {
    for (const bits of ROTATIONS[round % 2]) {
      x0 = combine('Add', x0, x1);
      x1 = combine('BitwiseXor', rotated(x1, bits), x0);
    }
    x0 = combine('Add', x0, keys[(round + 1) % 3]);
    x1 = combine('Add', combine('Add', x1, keys[(round + 2) % 3]), number(round + 1));
  }
  if (mode === 0) return x0;
  return mode === 1 ? x1 : combine('BitwiseXor', x0, x1);

  function rotated(x: View, bits: number): View {
    const shifted = (by: number, direction: string) =>
      zip(graph, [x, number(by)], shape, 'uint32', (names) =>
        graph.emit('BitShift', names, { direction: { string: direction } }),
      );
    return combine('BitwiseOr', shifted(bits, 'LEFT'), shifted(32 - bits, 'RIGHT'));
  }
};

/** 0, 1, 2 … over the drawn axes, the last ones of `shape`. */
function counter(graph: GraphBuilder, count: number, drawn: readonly number[], shape: readonly number[]): View {
  const numbers = Uint32Array.from({ length: count }, (_, i) => i);
  const name = graph.constant('uint32', drawn, new Uint8Array(numbers.buffer));
  const lead = shape.length - drawn.length;
  return { name, dims: drawn, shape, dtype: 'uint32', map: shape.map((_, axis) => (axis < lead ? -1 : axis - lead)) };
}

/** A key's axes are the first ones of the shape that is drawn. */
function atFront(key: View, shape: readonly number[]): View {
  return { ...key, shape, map: shape.map((_, axis) => key.map[axis] ?? -1) };
}

export const randomRules: Record<string, Rule> = { random_bits: randomBits };
