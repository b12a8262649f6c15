import type { GraphBuilder } from './graph-builder.ts';
import { cut, padded, permuted, reshaped } from './movement.ts';
import type { Equation, Rule } from './rule.ts';
import { materialise, plainView, type View } from './view.ts';

interface PoolParams {
  window: number[];
  strides: number[];
}

/** pool: windows over the last axes, [lead…, space…] → [lead…, positions…, window…]; nothing is reduced yet. */
const pool: Rule = ({ graph, inputs: [x], params, outputs }) => {
  const { window, strides } = params as unknown as PoolParams;
  const lead = x.shape.length - window.length;
  const positions = outputs[0].shape.slice(lead, lead + window.length);
  let view = x;
  // Axis after axis, each becoming [position, within the window].
  for (const [i, size] of window.entries()) view = windows(graph, view, lead + 2 * i, positions[i], size, strides[i]);
  return permuted(view, pairsApart(lead, window.length));
};

function windows(graph: GraphBuilder, x: View, axis: number, positions: number, size: number, stride: number): View {
  const shape = [...x.shape.slice(0, axis), positions, size, ...x.shape.slice(axis + 1)];
  if (size <= stride) {
    const whole = sizedAlong(graph, x, axis, positions * stride);
    const paired = reshaped(graph, whole, [...x.shape.slice(0, axis), positions, stride, ...x.shape.slice(axis + 1)]);
    return cut(
      graph,
      paired,
      shape.map((d) => [0, d] as const),
    );
  }
  const index = Int32Array.from({ length: positions * size }, (_, i) => Math.floor(i / size) * stride + (i % size));
  const constant = graph.constant('int32', [positions, size], new Uint8Array(index.buffer));
  const name = graph.emit('Gather', [materialise(graph, x), constant], { axis: { int: axis } });
  return plainView(name, shape, x.dtype);
}

/** The transpose of pool: adds every window back to where it came from. */
const poolTranspose: Rule = (equation) => {
  const { inShape, window, strides } = equation.params as unknown as PoolParams & { inShape: number[] };
  const lead = inShape.length - window.length;
  const together = pairsApart(lead, window.length);
  const inverse = together.map((_, i) => together.indexOf(i));
  let view = permuted(equation.inputs[0], inverse);
  // From the last axis on, so that the axes in front keep their numbers.
  for (let i = window.length - 1; i >= 0; i--)
    view = addWindows(equation, view, lead + 2 * i, inShape[lead + i], window[i], strides[i]);
  return view;
};

function addWindows(equation: Equation, x: View, axis: number, length: number, size: number, stride: number): View {
  const { graph } = equation;
  const positions = x.shape[axis];
  const around = (middle: number[]) => [...x.shape.slice(0, axis), ...middle, ...x.shape.slice(axis + 2)];
  if (size <= stride) {
    const width = x.shape.map((_, a): [number, number] => (a === axis + 1 ? [0, stride - size] : [0, 0]));
    const joined = reshaped(graph, padded(graph, x, width, around([positions, stride])), around([positions * stride]));
    return sizedAlong(graph, joined, axis, length);
  }
  // A matrix of zeros and ones adds overlapping windows: [positions × size] → [length].
  const ones = new Float32Array(positions * size * length);
  for (let p = 0; p < positions; p++) for (let k = 0; k < size; k++) ones[(p * size + k) * length + p * stride + k] = 1;
  const matrix = graph.constant('float32', [positions * size, length], new Uint8Array(ones.buffer));
  const flat = reshaped(graph, x, around([positions * size]));
  const order = flat.shape.map((_, a) => a);
  const toLast = [...order.filter((a) => a !== axis), axis];
  const last = permuted(flat, toLast);
  const name = graph.emit('MatMul', [materialise(graph, last), matrix]);
  const summed = plainView(name, [...last.shape.slice(0, -1), length], x.dtype);
  return permuted(
    summed,
    order.map((a) => toLast.indexOf(a)),
  );
}

/** Cuts an axis or pads it with zeros at its end. */
function sizedAlong(graph: GraphBuilder, x: View, axis: number, length: number): View {
  const shape = x.shape.map((d, a) => (a === axis ? length : d));
  if (length <= x.shape[axis])
    return cut(
      graph,
      x,
      shape.map((d) => [0, d] as const),
    );
  const width = x.shape.map((d, a): [number, number] => (a === axis ? [0, length - d] : [0, 0]));
  return padded(graph, x, width, shape);
}

/** From [lead…, p₀, k₀, p₁, k₁, …] to [lead…, p₀, p₁, …, k₀, k₁, …]. */
function pairsApart(lead: number, count: number): number[] {
  const pairs = Array.from({ length: count }, (_, i) => lead + 2 * i);
  return [...Array.from({ length: lead }, (_, i) => i), ...pairs, ...pairs.map((axis) => axis + 1)];
}

export const poolingRules: Record<string, Rule> = { pool, pool_transpose: poolTranspose };
