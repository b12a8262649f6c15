import { sizeOf } from '../tensor.ts';
import { commonOrder } from './elementwise.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { dataType, type Rule, UntranslatableError } from './rule.ts';
import { arrange, axisOrder, castTo, plainView, type View, varies, viewOver } from './view.ts';

const transpose: Rule = ({ inputs: [x], params }) => permuted(x, params.perm as number[]);

export function permuted(view: View, perm: readonly number[]): View {
  return { ...view, shape: perm.map((axis) => view.shape[axis]), map: perm.map((axis) => view.map[axis]) };
}

/** Inserts the axes `axis` of the new shape; the numbers repeat along them, and along axes of length one that grow. */
const broadcast: Rule = ({ inputs: [x], params }) => {
  const shape = params.shape as number[];
  const added = new Set(params.axis as number[]);
  let next = 0;
  const map = shape.map((_, axis) => (added.has(axis) ? -1 : x.map[next++]));
  return { ...x, shape: [...shape], map };
};

const reshape: Rule = ({ graph, inputs: [x], params }) => reshaped(graph, x, params.shape as number[]);

/**
 * A reshape falls into groups of axes with equal products. Where each group has one axis before and after, only the view
 * changes, and a group that repeats as a whole goes on repeating; other groups are laid out in order first.
 */
export function reshaped(graph: GraphBuilder, view: View, shape: readonly number[]): View {
  if (sizeOf(shape) === 0) return plainView(arrange(graph, view, axesOf(view), axesOf(view)), shape, view.dtype);
  const groups = groupAxes(view.shape, shape);
  const isSimple = (group: AxisGroup) => group.from.length === 1 && group.to.length === 1;
  if (groups.every(isSimple)) {
    const map = shape.map(() => -1);
    for (const { from, to } of groups) map[to[0]] = view.map[from[0]];
    return { ...view, shape: [...shape], map };
  }
  const lying = groups.filter((group) => group.from.some((axis) => varies(view, axis)));
  // In the order in which the groups lie: joining axes that are neighbours in memory then moves nothing.
  const position = (group: AxisGroup) =>
    Math.min(...group.from.filter((axis) => varies(view, axis)).map((axis) => view.map[axis]));
  lying.sort((one, other) => position(one) - position(other));
  const from = lying.flatMap((group) => group.from);
  const expanded = lying.filter((group) => !isSimple(group)).flatMap((group) => group.from);
  const to = lying.flatMap((group) => group.to);
  const dims = to.map((axis) => shape[axis]);
  const fromDims = from.map((axis) => view.shape[axis]);
  const name = graph.reshape(arrange(graph, view, from, expanded), fromDims, dims);
  return viewOver(name, to, shape, view.dtype);
}

interface AxisGroup {
  from: number[];
  to: number[];
}

/** Pairs runs of axes whose lengths multiply to the same; axes of length one are left out. */
function groupAxes(from: readonly number[], to: readonly number[]): AxisGroup[] {
  const left = from.map((_, axis) => axis).filter((axis) => from[axis] !== 1);
  const right = to.map((_, axis) => axis).filter((axis) => to[axis] !== 1);
  const groups: AxisGroup[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const group: AxisGroup = { from: [left[i]], to: [right[j]] };
    let a = from[left[i++]];
    let b = to[right[j++]];
    while (a !== b) {
      if (a < b) {
        group.from.push(left[i]);
        a *= from[left[i++]];
      } else {
        group.to.push(right[j]);
        b *= to[right[j++]];
      }
    }
    groups.push(group);
  }
  return groups;
}

function axesOf(view: View): number[] {
  return view.shape.map((_, axis) => axis);
}

const flip: Rule = ({ graph, inputs: [x], params }) => {
  const turned = (params.axis as number[]).filter((axis) => varies(x, axis)).map((axis) => x.map[axis]);
  if (turned.length === 0) return x;
  const ends = turned.map((d) => -x.dims[d] - 1); // one before the first element
  const name = graph.emit('Slice', [
    x.name,
    graph.integers(turned.map(() => -1)),
    graph.integers(ends),
    graph.integers(turned),
    graph.integers(turned.map(() => -1)),
  ]);
  return { ...x, name };
};

const shrink: Rule = ({ graph, inputs: [x], params }) => cut(graph, x, params.slice as [number, number][]);

/** The part [start, end) of each axis. */
export function cut(graph: GraphBuilder, view: View, bounds: readonly (readonly [number, number])[]): View {
  const shape = bounds.map(([start, end]) => end - start);
  if (sizeOf(shape) === 0) return plainView(graph.constant(view.dtype, shape, new Uint8Array(0)), shape, view.dtype);
  const physical: [number, number][] = view.dims.map((d) => [0, d]);
  for (const [axis, [start, end]] of bounds.entries()) if (varies(view, axis)) physical[view.map[axis]] = [start, end];
  const dims = physical.map(([start, end]) => end - start);
  return { ...view, name: graph.slice(view.name, view.dims, physical), dims, shape };
}

const split: Rule = ({ graph, inputs: [x], params }) => {
  const { axis, sizes } = params as { axis: number; sizes: number[] };
  let start = 0;
  return sizes.map((size) => {
    const bounds = x.shape.map((d, a): [number, number] => (a === axis ? [start, start + size] : [0, d]));
    start += size;
    return cut(graph, x, bounds);
  });
};

const pad: Rule = ({ graph, inputs: [x], params, outputs }) => {
  const width = params.width as [number, number][];
  return padded(graph, x, width, outputs[0].shape);
};

/** Puts zeros around; what repeats along a padded axis is laid out there first. */
export function padded(
  graph: GraphBuilder,
  view: View,
  width: readonly (readonly [number, number])[],
  shape: readonly number[],
): View {
  const grown = width.map((_, axis) => axis).filter((axis) => width[axis][0] !== 0 || width[axis][1] !== 0);
  if (grown.length === 0) return view;
  // New axes come first: padding there copies whole blocks.
  const axes = [...grown.filter((axis) => !varies(view, axis)), ...axisOrder(view)];
  if (width.some(([before, after]) => before < 0 || after < 0)) throw new UntranslatableError('a negative width');
  const name = arrange(graph, view, axes, grown);
  const amounts = [...axes.map((axis) => width[axis][0]), ...axes.map((axis) => width[axis][1])];
  const paddedName = graph.emit('Pad', [name, graph.integers(amounts)]);
  const dims = axes.map((axis) => shape[axis]);
  if (grown.length === 1) {
    const at = axes.indexOf(grown[0]);
    const start = width[grown[0]][0];
    graph.pieces.set(paddedName, {
      at,
      dims,
      dtype: view.dtype,
      parts: [{ start, end: dims[at] - width[grown[0]][1], name }],
    });
  }
  return viewOver(paddedName, axes, shape, view.dtype);
}

const concatenate: Rule = ({ graph, inputs, params, outputs }) => {
  const axis = params.axis as number;
  const dtype = dataType(outputs[0].dtype);
  const parts = inputs.filter((view) => view.shape[axis] > 0).map((view) => castTo(graph, view, dtype));
  if (parts.length === 1) return parts[0];
  if (parts.length === 0)
    return cut(
      graph,
      inputs[0],
      outputs[0].shape.map((d) => [0, d] as const),
    );
  const common = commonOrder(parts, outputs[0].shape.length);
  const order = common.includes(axis) ? common : [axis, ...common];
  const names = parts.map((view) => arrange(graph, view, order, order));
  const name = graph.emit('Concat', names, { axis: { int: order.indexOf(axis) } });
  return viewOver(name, order, outputs[0].shape, dtype);
};

export const movementRules: Record<string, Rule> = {
  transpose,
  broadcast,
  reshape,
  flip,
  shrink,
  split,
  pad,
  concatenate,
};
