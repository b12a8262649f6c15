import { ELEMENT_TYPE } from '../onnx/model.ts';
import type { DataType } from '../tensor.ts';
import { sizeOf } from '../tensor.ts';
import type { GraphBuilder } from './graph-builder.ts';

/**
 * A traced value as a view of a tensor of the graph. Broadcasts and transpositions change only the view, and are carried
 * out where an operation needs them: a bias is never expanded, and a matrix product takes its operands as they lie.
 */
export interface View {
  name: string;
  /** The shape of the tensor called `name`. */
  dims: readonly number[];
  /** For each axis of `shape` the axis of `dims` that it is, or −1 where the view repeats along it. */
  map: readonly number[];
  shape: readonly number[];
  dtype: DataType;
  /** The value of a scalar that is known while tracing. */
  literal?: number;
}

export function plainView(name: string, shape: readonly number[], dtype: DataType): View {
  return { name, dims: [...shape], map: shape.map((_, i) => i), shape: [...shape], dtype };
}

export function literalView(graph: GraphBuilder, value: number, dtype: DataType): View {
  return { name: graph.scalar(value, dtype), dims: [], map: [], shape: [], dtype, literal: value };
}

/** Whether the view has numbers of its own along a logical axis, rather than one that repeats. */
export function varies(view: View, axis: number): boolean {
  return view.map[axis] >= 0 && view.dims[view.map[axis]] !== 1;
}

/** The logical axes along which the view varies, in the order in which they lie in memory. */
export function axisOrder(view: View): number[] {
  return view.shape
    .map((_, axis) => axis)
    .filter((axis) => varies(view, axis))
    .sort((a, b) => view.map[a] - view.map[b]);
}

/** The same view with axes of length one put in front, as broadcasting does. */
export function lift(view: View, rank: number): View {
  const missing = rank - view.shape.length;
  if (missing <= 0) return view;
  const front = Array.from({ length: missing }, () => 1);
  return { ...view, shape: [...front, ...view.shape], map: [...front.map(() => -1), ...view.map] };
}

/**
 * The name of a tensor whose axes are exactly the logical axes given, in that order; repeated axes have length one unless
 * they are in `expand`. Every axis along which the view varies must be among them.
 */
export function arrange(
  graph: GraphBuilder,
  view: View,
  axes: readonly number[],
  expand: readonly number[] = [],
): string {
  const target = axes.filter((axis) => varies(view, axis));
  const order = axisOrder(view);
  let { name, dims } = view;
  if (target.some((axis, i) => axis !== order[i])) {
    const lying = order.map((axis) => view.shape[axis]);
    name = graph.reshape(name, dims, lying);
    name = graph.transpose(
      name,
      target.map((axis) => order.indexOf(axis)),
    );
    dims = target.map((axis) => view.shape[axis]);
  }
  const wanted = axes.map((axis) => (varies(view, axis) ? view.shape[axis] : 1));
  name = graph.reshape(name, dims, wanted);
  if (!axes.some((axis) => expand.includes(axis) && !varies(view, axis) && view.shape[axis] !== 1)) return name;
  const full = axes.map((axis, i) => (expand.includes(axis) ? view.shape[axis] : wanted[i]));
  return graph.emit('Expand', [name, graph.integers(full)]);
}

/** The name of a tensor of the view's own shape, row by row. */
export function materialise(graph: GraphBuilder, view: View): string {
  const axes = view.shape.map((_, axis) => axis);
  return arrange(graph, view, axes, axes);
}

/** The view of a tensor whose axes are the logical axes `axes` of `shape`, each of full length unless `dims` says 1. */
export function viewOver(
  name: string,
  axes: readonly number[],
  shape: readonly number[],
  dtype: DataType,
  dims: readonly number[] = axes.map((axis) => shape[axis]),
): View {
  return { name, dims, map: shape.map((_, axis) => axes.indexOf(axis)), shape: [...shape], dtype };
}

export function castTo(graph: GraphBuilder, view: View, dtype: DataType): View {
  if (view.dtype === dtype) return view;
  if (view.literal !== undefined) {
    const value =
      dtype === 'bool' ? Number(view.literal !== 0) : dtype === 'float32' ? view.literal : Math.trunc(view.literal);
    return { ...literalView(graph, value, dtype), map: view.map, shape: view.shape };
  }
  return { ...view, dtype, name: castName(graph, view.name, dtype) };
}

export function castName(graph: GraphBuilder, name: string, type: keyof typeof ELEMENT_TYPE): string {
  return graph.emit('Cast', [name], { to: { int: ELEMENT_TYPE[type] } });
}

export function volume(view: View): number {
  return sizeOf(view.dims);
}
