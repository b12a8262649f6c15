import type { DataType } from '../tensor.ts';
import type { GraphBuilder, Pieces } from './graph-builder.ts';
import { dataType, type Equation, promote, type Rule, UntranslatableError } from './rule.ts';
import {
  arrange,
  axisOrder,
  castName,
  castTo,
  lift,
  literalView,
  type View,
  varies,
  viewOver,
  volume,
} from './view.ts';

/** Applies an elementwise operation to operands that broadcast, in the memory order that moves the fewest numbers. */
export function zip(
  graph: GraphBuilder,
  operands: readonly View[],
  shape: readonly number[],
  dtype: DataType,
  apply: (names: string[]) => string,
): View {
  const lifted = operands.map((view) => lift(view, shape.length));
  const order = commonOrder(lifted, shape.length);
  const names = lifted.map((view) => {
    const axes = order.slice(order.findIndex((axis) => varies(view, axis)));
    const own = order.some((axis) => varies(view, axis)) ? axes : [];
    return arrange(graph, view, own);
  });
  return viewOver(apply(names), order, shape, dtype);
}

/** The order of all axes along which any operand varies, chosen so that the least has to be transposed. */
export function commonOrder(views: readonly View[], rank: number): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => views.some((v) => varies(v, axis)));
  const candidates = [axes, ...views.map(axisOrder).filter((order) => order.length === axes.length)];
  let best = axes;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const moved = views.reduce((sum, view) => {
      const own = axisOrder(view);
      const target = candidate.filter((axis) => own.includes(axis));
      return target.every((axis, i) => axis === own[i]) ? sum : sum + volume(view);
    }, 0);
    if (moved < least) {
      best = candidate;
      least = moved;
    }
  }
  return best;
}

/** An operation of one operand leaves the view as it is. */
export function alter(view: View, name: string, dtype: DataType = view.dtype): View {
  const { dims, map, shape } = view;
  return { name, dims, map, shape, dtype };
}

function binary(op: string, onBool?: string): Rule {
  return ({ graph, inputs, outputs }) => {
    const dtype = dataType(outputs[0].dtype);
    const operands = inputs.map((view) => castTo(graph, view, dtype));
    if (dtype === 'bool' && onBool === undefined) throw new UntranslatableError('it is not defined on bool');
    return zip(graph, operands, outputs[0].shape, dtype, (names) =>
      graph.emit(dtype === 'bool' ? (onBool ?? op) : op, names),
    );
  };
}

/** a + (−b) is a difference; zeros with parts of their own are joined; else it is what it says. */
const add: Rule = (equation) => {
  const { graph, inputs, outputs } = equation;
  const dtype = dataType(outputs[0].dtype);
  if (dtype === 'bool') return binary('Add', 'Or')(equation);
  const [a, b] = inputs.map((view) => castTo(graph, view, dtype));
  const joined = joinPieces(graph, a, b);
  if (joined) return joined;
  const negated = [b, a].find((view) => graph.scaled.get(view.name)?.factor === -1);
  if (!negated) return zip(graph, [a, b], outputs[0].shape, dtype, (names) => graph.emit('Add', names));
  const subtrahend = { ...negated, name: graph.scaled.get(negated.name)?.base ?? negated.name };
  const minuend = negated === b ? a : b;
  return zip(graph, [minuend, subtrahend], outputs[0].shape, dtype, (names) => graph.emit('Sub', names));
};

/** a · (1 / b) is a quotient; numbers that multiply one after the other are multiplied while tracing. */
const multiply: Rule = (equation) => {
  const { graph, inputs, outputs } = equation;
  const dtype = dataType(outputs[0].dtype);
  if (dtype === 'bool') return binary('Mul', 'And')(equation);
  const [a, b] = inputs.map((view) => castTo(graph, view, dtype));
  const number = [a, b].find((view) => view.literal !== undefined);
  if (number?.literal !== undefined && dtype === 'float32') {
    const factor = number.literal;
    const other = lift(number === a ? b : a, outputs[0].shape.length);
    return scaledBy(graph, { ...other, shape: outputs[0].shape }, factor); // the number may have been broadcast
  }
  const inverse = [b, a].find((view) => graph.reciprocals.has(view.name));
  if (!inverse) return zip(graph, [a, b], outputs[0].shape, dtype, (names) => graph.emit('Mul', names));
  const divisor = { ...inverse, name: graph.reciprocals.get(inverse.name) ?? inverse.name };
  return zip(graph, [inverse === b ? a : b, divisor], outputs[0].shape, dtype, (names) => graph.emit('Div', names));
};

const reciprocal: Rule = ({ graph, inputs: [x] }) => {
  const name = graph.emit('Reciprocal', [x.name]);
  graph.reciprocals.set(name, x.name);
  return alter(x, name);
};

function unary(op: string): Rule {
  return ({ graph, inputs: [x] }) => alter(x, graph.emit(op, [x.name]));
}

/** Division that rounds towards zero, as C does. ONNX's Div does so on integers only. */
const truncatingDivision: Rule = (equation) => {
  const quotient = binary('Div')(equation) as View;
  return quotient.dtype === 'float32' ? alter(quotient, truncate(equation.graph, quotient.name)) : quotient;
};

function truncate(graph: GraphBuilder, name: string): string {
  const negative = graph.emit('Less', [name, graph.scalar(0, 'float32')]);
  return graph.emit('Where', [negative, graph.emit('Ceil', [name]), graph.emit('Floor', [name])]);
}

/** The remainder has the dividend's sign, as in C: fmod = 1. */
const remainder: Rule = ({ graph, inputs, outputs }) => {
  const dtype = dataType(outputs[0].dtype);
  const operands = inputs.map((view) => castTo(graph, view, dtype));
  return zip(graph, operands, outputs[0].shape, dtype, (names) => graph.emit('Mod', names, { fmod: { int: 1 } }));
};

const negate: Rule = ({ graph, inputs: [x] }) => {
  if (x.dtype === 'uint32') return alter(x, graph.emit('Sub', [graph.scalar(0, 'uint32'), x.name]));
  if (x.dtype === 'float32') return scaledBy(graph, x, -1);
  return alter(x, graph.emit('Neg', [x.name]));
};

/** The view times a number, which is multiplied into the number that it was scaled by before. */
function scaledBy(graph: GraphBuilder, x: View, factor: number): View {
  const before = graph.scaled.get(x.name);
  const base = before?.base ?? x.name;
  const total = Math.fround((before?.factor ?? 1) * factor);
  if (total === 1) return alter(x, base);
  const name = total === -1 ? graph.emit('Neg', [base]) : graph.emit('Mul', [base, graph.scalar(total, 'float32')]);
  graph.scaled.set(name, { base, factor: total });
  return alter(x, name);
}

/** The sum of two tensors that are zero but for parts that do not overlap: the parts side by side. */
function joinPieces(graph: GraphBuilder, a: View, b: View): View | undefined {
  const [one, other] = [graph.pieces.get(a.name), graph.pieces.get(b.name)];
  if (!one || !other || one.at !== other.at || a.map.join() !== b.map.join()) return undefined;
  if (one.dims.join() !== other.dims.join() || a.shape.join() !== b.shape.join()) return undefined;
  const parts = [...one.parts, ...other.parts].sort((x, y) => x.start - y.start);
  if (parts.some((part, i) => i > 0 && part.start < parts[i - 1].end)) return undefined;
  const joined = { ...one, parts };
  const name = sideBySide(graph, joined);
  graph.pieces.set(name, joined);
  return alter(a, name);
}

function sideBySide(graph: GraphBuilder, { at, dims, dtype, parts }: Pieces): string {
  const names: string[] = [];
  let reached = 0;
  const fillTo = (end: number) => {
    if (end === reached) return;
    const shape = dims.map((d, axis) => (axis === at ? end - reached : d));
    names.push(graph.emit('Expand', [graph.scalar(0, dtype), graph.integers(shape)]));
  };
  for (const { start, end, name } of parts) {
    fillTo(start);
    names.push(name);
    reached = end;
  }
  fillTo(dims[at]);
  return graph.emit('Concat', names, { axis: { int: at } });
}

const COMPARISONS: Record<string, string> = {
  less: 'Less',
  less_equal: 'LessOrEqual',
  equal: 'Equal',
  not_equal: 'Equal',
};

const compare: Rule = ({ graph, inputs, inputTypes, params, outputs }) => {
  const promoted = dataType(promote(inputTypes[0], inputTypes[1]).dtype);
  const op = COMPARISONS[String(params.op)];
  if (op === undefined) throw new UntranslatableError(`the comparison "${String(params.op)}" is not known`);
  const dtype = promoted === 'bool' && op !== 'Equal' ? 'int32' : promoted; // ONNX orders numbers only
  const operands = inputs.map((view) => castTo(graph, view, dtype));
  return zip(graph, operands, outputs[0].shape, 'bool', (names) => {
    const result = graph.emit(op, names);
    return params.op === 'not_equal' ? graph.emit('Not', [result]) : result;
  });
};

const where: Rule = ({ graph, inputs: [condition, a, b], outputs }) => {
  const dtype = dataType(outputs[0].dtype);
  const operands = [condition, castTo(graph, a, dtype), castTo(graph, b, dtype)];
  return zip(graph, operands, outputs[0].shape, dtype, (names) => select(graph, names, dtype));
};

/** ONNX Runtime has no Where on bool and uint32. */
function select(graph: GraphBuilder, [condition, a, b]: string[], dtype: DataType): string {
  if (dtype === 'bool') {
    const no = graph.emit('Not', [condition]);
    return graph.emit('Or', [graph.emit('And', [condition, a]), graph.emit('And', [no, b])]);
  }
  if (dtype !== 'uint32') return graph.emit('Where', [condition, a, b]);
  const wide = [condition, castName(graph, a, 'int64'), castName(graph, b, 'int64')];
  return castName(graph, graph.emit('Where', wide), 'uint32');
}

const cast: Rule = ({ graph, inputs: [x], params }) => {
  const dtype = dataType(String(params.dtype));
  if (x.dtype === 'float32' && dtype === 'uint32') {
    const positive = alter(x, graph.emit('Max', [x.name, graph.scalar(0, 'float32')])); // jax-js clamps; C would not
    return castTo(graph, positive, dtype);
  }
  return castTo(graph, x, dtype);
};

const bitcast: Rule = ({ graph, inputs: [x], params }) => {
  const dtype = dataType(String(params.dtype));
  if (dtype === x.dtype) return x;
  if (dtype !== 'float32' && x.dtype !== 'float32') return castTo(graph, x, dtype); // integers wrap
  return alter(
    x,
    graph.emit('BitCast', [x.name], { to: { int: dtype === 'float32' ? 1 : dtype === 'int32' ? 6 : 12 } }),
    dtype,
  );
};

const BITWISE: Record<string, [onIntegers: string, onBool: string]> = {
  and: ['BitwiseAnd', 'And'],
  or: ['BitwiseOr', 'Or'],
  xor: ['BitwiseXor', 'Xor'],
};

const bitCombine: Rule = (equation) => {
  const [op, onBool] = BITWISE[String(equation.params.op)];
  return binary(op, onBool)(equation);
};

/** Shifts are logical, also of int32; ONNX shifts unsigned numbers only. */
const bitShift: Rule = ({ graph, inputs, params, outputs }) => {
  const operands = inputs.map((view) => castTo(graph, view, 'uint32'));
  const direction = { string: params.op === 'shl' ? 'LEFT' : 'RIGHT' };
  const shifted = zip(graph, operands, outputs[0].shape, 'uint32', (names) =>
    graph.emit('BitShift', names, { direction }),
  );
  return castTo(graph, shifted, dataType(outputs[0].dtype));
};

/** Counts ones by adding neighbouring fields of bits (Warren, Hacker's Delight, fig. 5-2). */
const bitCount: Rule = ({ graph, inputs: [x] }) => {
  const constant = (value: number) => graph.scalar(value, 'uint32');
  const and = (name: string, mask: number) => graph.emit('BitwiseAnd', [name, constant(mask)]);
  const right = (name: string, by: number) =>
    graph.emit('BitShift', [name, constant(by)], { direction: { string: 'RIGHT' } });
  let n = castTo(graph, x, 'uint32').name;
  for (const [by, mask] of [
    [1, 0x55555555],
    [2, 0x33333333],
    [4, 0x0f0f0f0f],
    [8, 0x00ff00ff],
    [16, 0x0000ffff],
  ])
    n = graph.emit('Add', [and(n, mask), and(right(n, by), mask)]);
  return castTo(graph, alter(x, n, 'uint32'), 'int32');
};

/**
 * erfc keeps its precision where 1 − erf has none left: a Chebyshev fit of relative error below 1.2·10⁻⁷ everywhere
 * (Press et al., Numerical Recipes in C, 2nd ed., §6.2, erfcc).
 */
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

const erfc: Rule = ({ graph, inputs: [x] }) => {
  const constant = (value: number) => graph.scalar(value, 'float32');
  const size = graph.emit('Abs', [x.name]);
  const t = graph.emit('Reciprocal', [graph.emit('Add', [graph.emit('Mul', [size, constant(0.5)]), constant(1)])]);
  let poly = constant(ERFC[9]);
  for (const c of ERFC.slice(0, 9).toReversed()) poly = graph.emit('Add', [graph.emit('Mul', [poly, t]), constant(c)]);
  const exponent = graph.emit('Sub', [poly, graph.emit('Mul', [x.name, x.name])]);
  const positive = graph.emit('Mul', [t, graph.emit('Exp', [exponent])]);
  const mirrored = graph.emit('Sub', [constant(2), positive]);
  return alter(x, graph.emit('Where', [graph.emit('Less', [x.name, constant(0)]), mirrored, positive]));
};

const passOn: Rule = ({ inputs: [x] }) => x;

export const elementwiseRules: Record<string, Rule> = {
  add,
  mul: multiply,
  max: binary('Max', 'Or'),
  min: binary('Min', 'And'),
  idiv: truncatingDivision,
  mod: remainder,
  neg: negate,
  reciprocal,
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  asin: unary('Asin'),
  atan: unary('Atan'),
  erf: unary('Erf'),
  erfc,
  floor: unary('Floor'),
  ceil: unary('Ceil'),
  stop_gradient: passOn,
  compare,
  where,
  cast,
  bitcast,
  bit_combine: bitCombine,
  bit_shift: bitShift,
  bit_count: bitCount,
};

/** A product with a number, for the rules that count repeats. */
export function scale(equation: Equation, view: View, factor: number): View {
  if (factor === 1) return view;
  const number = literalView(equation.graph, factor, view.dtype);
  return zip(equation.graph, [view, number], view.shape, view.dtype, (names) => equation.graph.emit('Mul', names));
}
