import { type DataType, sizeOf } from '../tensor.ts';
import { alter, zip } from './elementwise.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { permuted, reshaped } from './movement.ts';
import type { Rule } from './rule.ts';
import { castName, castTo, lift, literalView, materialise, plainView, type View } from './view.ts';

interface GatherParams {
  axis: number[];
  outDim: number;
}

/** x indexed by integer arrays on the axes `axis`; the axes of the indices stand at `outDim` of the result. */
const gather: Rule = ({ graph, inputs: [x, ...indices], params, outputs }) => {
  const { axis, outDim } = params as unknown as GatherParams;
  const rest = x.shape.map((_, a) => a).filter((a) => !axis.includes(a));
  const indexRank = outputs[0].shape.length - rest.length;
  const indexShape = outputs[0].shape.slice(outDim, outDim + indexRank);
  const flat = flatIndex(
    graph,
    indices,
    axis.map((a) => x.shape[a]),
    indexShape,
  );
  const front = permuted(x, [...axis, ...rest]);
  const restShape = rest.map((a) => x.shape[a]);
  const rows = reshaped(graph, front, [sizeOf(axis.map((a) => x.shape[a])), ...restShape]);
  const name = graph.emit('Gather', [materialise(graph, rows), materialise(graph, flat)], { axis: { int: 0 } });
  const taken = plainView(name, [...indexShape, ...restShape], x.dtype);
  return permuted(taken, placed(indexRank, rest.length, outDim));
};

/**
 * Zeros of `shape`, with updates put or added at the places that the indices name. Added with ScatterElements, which
 * ONNX Runtime runs in one thread: repeated indices then sum in a fixed order, and the same input gives the same bits.
 */
const scatter: Rule = ({ graph, inputs: [updates, ...indices], params }) => {
  const { axis, outDim, op, shape } = params as unknown as GatherParams & { op: string; shape: number[] };
  const rest = shape.map((_, a) => a).filter((a) => !axis.includes(a));
  const restShape = rest.map((a) => shape[a]);
  const indexRank = updates.shape.length - rest.length;
  const indexShape = updates.shape.slice(outDim, outDim + indexRank);
  const flat = flatIndex(
    graph,
    indices,
    axis.map((a) => shape[a]),
    indexShape,
  );
  const places = placed(indexRank, rest.length, outDim);
  const front = permuted(
    updates,
    places.map((_, i) => places.indexOf(i)),
  );
  const count = sizeOf(indexShape);
  const width = sizeOf(restShape);
  const length = sizeOf(axis.map((a) => shape[a]));
  const dtype: DataType = updates.dtype === 'bool' ? 'int32' : updates.dtype; // bools are added as an or
  const rows = castTo(graph, reshaped(graph, front, [count, width]), dtype);
  const places2d = materialise(graph, reshaped(graph, flat, [count, 1]));
  const everywhere = graph.emit('Expand', [places2d, graph.integers([count, width])]);
  const zeros = graph.emit('Expand', [graph.scalar(0, dtype), graph.integers([length, width])]);
  const reduction = { string: op === 'add' ? 'add' : 'none' };
  const name = graph.emit('ScatterElements', [zeros, everywhere, materialise(graph, rows)], { reduction });
  const whole = reshaped(graph, plainView(name, [length, width], dtype), [...axis.map((a) => shape[a]), ...restShape]);
  const order = [...axis, ...rest];
  return castTo(
    graph,
    permuted(
      whole,
      shape.map((_, a) => order.indexOf(a)),
    ),
    updates.dtype,
  );
};

/** One index into the joined axes out of one per axis, of the broadcast shape. */
function flatIndex(graph: GraphBuilder, indices: View[], sizes: number[], shape: readonly number[]): View {
  let flat: View | undefined;
  for (const [i, index] of indices.entries()) {
    const stride = sizeOf(sizes.slice(i + 1));
    let term = lift(castTo(graph, index, 'int32'), shape.length);
    if (stride !== 1) term = multiplied(graph, term, stride, term.shape);
    flat = flat
      ? zip(graph, [flat, term], broadcastShape(flat, term), 'int32', (names) => graph.emit('Add', names))
      : term;
  }
  if (!flat) throw new Error('gather without indices');
  return { ...flat, shape: [...shape] };
}

function multiplied(graph: GraphBuilder, view: View, factor: number, shape: readonly number[]): View {
  return zip(graph, [view, literalView(graph, factor, 'int32')], shape, 'int32', (names) => graph.emit('Mul', names));
}

function broadcastShape(a: View, b: View): number[] {
  return a.shape.map((d, i) => Math.max(d, b.shape[i]));
}

/** The permutation that takes [index axes…, rest…] to the rest with the index axes at `outDim`. */
function placed(indexRank: number, restRank: number, outDim: number): number[] {
  const index = Array.from({ length: indexRank }, (_, i) => i);
  const rest = Array.from({ length: restRank }, (_, i) => indexRank + i);
  return [...rest.slice(0, outDim), ...index, ...rest.slice(outDim)];
}

const sort: Rule = ({ graph, inputs: [x] }) => sorted(graph, x)[0];
const argsort: Rule = ({ graph, inputs: [x] }) => sorted(graph, x);

/** Ascending along the last axis by TopK of everything, whose ties come in the order of their indices. */
function sorted(graph: GraphBuilder, x: View): View[] {
  const length = x.shape[x.shape.length - 1];
  const wide = x.dtype === 'uint32' || x.dtype === 'bool';
  const source = materialise(graph, x);
  const [values, indices] = graph.emitMany(
    'TopK',
    [wide ? castName(graph, source, 'int64') : source, graph.integers([length])],
    { largest: { int: 0 }, sorted: { int: 1 }, axis: { int: -1 } },
    2,
  );
  const plain = plainView(values, x.shape, x.dtype);
  return [
    wide ? alter(plain, castName(graph, values, x.dtype)) : plain,
    plainView(castName(graph, indices, 'int32'), x.shape, 'int32'),
  ];
}

export const indexingRules: Record<string, Rule> = { gather, scatter, sort, argsort };
