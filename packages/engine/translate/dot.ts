import { type DataType, sizeOf } from '../tensor.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { multiplyAndSum } from './reduction.ts';
import { dataType, type Rule } from './rule.ts';
import { arrange, axisOrder, castName, castTo, lift, type View, varies, viewOver } from './view.ts';

/**
 * jax-js's dot multiplies two arrays that broadcast and sums over the last axis. Axes along which both vary are batches,
 * axes along which one varies are rows or columns, and what is left is one (batched) matrix product.
 */
const dot: Rule = (equation) => {
  const { graph, outputs } = equation;
  const shape = outputs[0].shape;
  const dtype = dataType(outputs[0].dtype);
  const [x, y] = equation.inputs.map((view) => lift(castTo(graph, view, dtype), shape.length + 1));
  const last = shape.length;
  const full = [...shape, Math.max(x.shape[last], y.shape[last])];
  const axes = shape.map((_, axis) => axis);
  const rows = axisOrder(x).filter((axis) => axis !== last && !varies(y, axis));
  const columns = axisOrder(y).filter((axis) => axis !== last && !varies(x, axis));
  const isMatrixProduct = varies(x, last) && varies(y, last) && rows.length + columns.length > 0;
  if (!isMatrixProduct) {
    const stretch = (view: View): View => ({ ...view, shape: full });
    return multiplyAndSum(equation, stretch(x), stretch(y), full);
  }
  const batches = axes.filter((axis) => varies(x, axis) && varies(y, axis));
  return matrixProduct(graph, { x, y, batches, rows, columns, last, shape, dtype });
};

interface Product {
  x: View;
  y: View;
  batches: number[];
  rows: number[];
  columns: number[];
  last: number;
  shape: readonly number[];
  dtype: DataType;
}

function matrixProduct(graph: GraphBuilder, { x, y, batches, rows, columns, last, shape, dtype }: Product): View {
  const size = (axes: number[]) => sizeOf(axes.map((axis) => shape[axis]));
  const left = operand(graph, x, { batches, outer: rows, last, rowsFirst: true });
  const right = operand(graph, y, { batches, outer: columns, last, rowsFirst: false });
  const product = multiply(graph, left, right, dtype);
  const matrix = [...(batches.length > 0 ? [size(batches)] : []), size(rows), size(columns)];
  const order = [...batches, ...rows, ...columns];
  const name = graph.reshape(
    product,
    matrix,
    order.map((axis) => shape[axis]),
  );
  return viewOver(name, order, shape, dtype);
}

/**
 * One side as [batch, outer, inner] (or [batch, inner, outer]). Where the numbers lie the other way round, the last node
 * is a plain transposition of the two, which ONNX Runtime fuses into the product (MatmulTransposeFusion).
 */
function operand(
  graph: GraphBuilder,
  view: View,
  { batches, outer, last, rowsFirst }: { batches: number[]; outer: number[]; last: number; rowsFirst: boolean },
): string {
  const lies = axisOrder(view);
  const lastIsInner =
    lies.indexOf(last) === lies.length - 1 || lies.indexOf(last) > Math.max(...outer.map((a) => lies.indexOf(a)), -1);
  const order = lastIsInner ? [...batches, ...outer, last] : [...batches, last, ...outer];
  const sizes = (axes: number[]) => axes.map((axis) => view.shape[axis]);
  const arranged = arrange(graph, view, order);
  const batch = batches.length > 0 ? [sizeOf(sizes(batches))] : [];
  const matrix = lastIsInner ? [sizeOf(sizes(outer)), view.shape[last]] : [view.shape[last], sizeOf(sizes(outer))];
  const name = graph.reshape(arranged, sizes(order), [...batch, ...matrix]);
  if (lastIsInner === rowsFirst) return name;
  return graph.transpose(name, batch.length > 0 ? [0, 2, 1] : [1, 0]);
}

/** A sum of products of bools is an or of ands. */
function multiply(graph: GraphBuilder, left: string, right: string, dtype: DataType): string {
  if (dtype !== 'bool') return graph.emit('MatMul', [left, right]);
  const counts = graph.emit('MatMul', [castName(graph, left, 'int32'), castName(graph, right, 'int32')]);
  return castName(graph, counts, 'bool');
}

export const dotRules: Record<string, Rule> = { dot };
