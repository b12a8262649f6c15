import { type DataType, sizeOf } from '../tensor.ts';
import { scale, zip } from './elementwise.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { Equation, Rule } from './rule.ts';
import { arrange, castName, type View, varies } from './view.ts';

type Reduction = 'Add' | 'Mul' | 'Max' | 'Min';
const ONNX_OP: Record<Reduction, string> = { Add: 'ReduceSum', Mul: 'ReduceProd', Max: 'ReduceMax', Min: 'ReduceMin' };

const reduce: Rule = (equation) => {
  const { op, axis } = equation.params as { op: Reduction; axis: number[] };
  return reduced(equation, equation.inputs[0], op, axis);
};

/** Reduces a view over logical axes; along axes that repeat, a sum multiplies and a maximum does nothing. */
export function reduced(equation: Equation, view: View, op: Reduction, axes: readonly number[]): View {
  const { graph } = equation;
  const repeating = axes.filter((axis) => !varies(view, axis));
  const repeats = sizeOf(repeating.map((axis) => view.shape[axis]));
  let source = view;
  if (op === 'Mul' && repeats !== 1) {
    const all = view.shape.map((_, axis) => axis);
    const name = arrange(graph, view, all, repeating);
    const dims = all.map((axis) => (repeating.includes(axis) || varies(view, axis) ? view.shape[axis] : 1));
    source = { ...view, name, dims, map: all };
  }
  const physical = axes.filter((axis) => varies(source, axis)).map((axis) => source.map[axis]);
  const kept = source.dims.map((_, d) => d).filter((d) => !physical.includes(d));
  const remaining = source.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const result: View = {
    name: physical.length === 0 ? source.name : reduceName(graph, source.name, source.dtype, op, physical),
    dims: kept.map((d) => source.dims[d]),
    map: remaining.map((axis) => kept.indexOf(source.map[axis])),
    shape: remaining.map((axis) => source.shape[axis]),
    dtype: source.dtype,
  };
  return op === 'Add' && source.dtype !== 'bool' ? scale(equation, result, repeats) : result;
}

/** ONNX Runtime reduces neither bool nor uint32; sums of uint32 wrap when they come back from 64 bits. */
function reduceName(
  graph: GraphBuilder,
  name: string,
  dtype: DataType,
  op: Reduction,
  axes: readonly number[],
): string {
  const emit = (input: string, onnx: string) =>
    graph.emit(onnx, [input, graph.integers(axes)], { keepdims: { int: 0 } });
  if (dtype === 'bool') {
    const any = op === 'Add' || op === 'Max';
    return castName(graph, emit(castName(graph, name, 'int32'), any ? 'ReduceMax' : 'ReduceMin'), 'bool');
  }
  if (dtype === 'uint32') return castName(graph, emit(castName(graph, name, 'int64'), ONNX_OP[op]), 'uint32');
  return emit(name, ONNX_OP[op]);
}

/** The product of two views of one rank, summed over the last axis without a matrix product. */
export function multiplyAndSum(equation: Equation, x: View, y: View, shape: readonly number[]): View {
  const { graph } = equation;
  const product = zip(graph, [x, y], shape, x.dtype, (names) => graph.emit(x.dtype === 'bool' ? 'And' : 'Mul', names));
  return reduced(equation, product, 'Add', [shape.length - 1]);
}

export const reductionRules: Record<string, Rule> = { reduce };
