import type { ClosedJaxpr, Jaxpr } from '@jax-js/jax';
import { encodeModel, type OnnxGraph, type OnnxValue } from '../onnx/model.ts';
import { describe, type Tensor, type TensorSpec } from '../tensor.ts';
import { convolutionRules } from './convolution.ts';
import { dotRules } from './dot.ts';
import { elementwiseRules } from './elementwise.ts';
import { fourierRules } from './fourier.ts';
import { GraphBuilder } from './graph-builder.ts';
import { indexingRules } from './indexing.ts';
import { movementRules } from './movement.ts';
import { poolingRules } from './pooling.ts';
import { randomRules } from './random.ts';
import { reductionRules } from './reduction.ts';
import { dataType, type Rule, UntranslatableError } from './rule.ts';
import { literalView, materialise, plainView, type View } from './view.ts';

/** jax-js 0.1.25's primitives; `jit` is entered below. What is missing here is refused with its name and the caller's line. */
const RULES: Readonly<Record<string, Rule>> = {
  ...elementwiseRules,
  ...movementRules,
  ...reductionRules,
  ...dotRules,
  ...convolutionRules,
  ...poolingRules,
  ...indexingRules,
  ...randomRules,
  ...fourierRules,
};

export function isTranslatable(primitive: string): boolean {
  return primitive === 'jit' || Object.hasOwn(RULES, primitive);
}

type Variable = Jaxpr['inBinders'][number];
type Atom = Jaxpr['outs'][number];

/** A program as an ONNX model: inputs `in0`, `in1` … and outputs `out0`, `out1` … in the order of the trace. */
export interface TranslatedProgram {
  model: Uint8Array;
  inputs: TensorSpec[];
  outputs: TensorSpec[];
  nodeCount: number;
}

/** Several steps in one call: the first `stateCount` inputs and outputs are the state that goes from step to step. */
export interface ScanOptions {
  stateCount: number;
  steps: number;
}

interface TranslateOptions {
  name: string;
  /** The line of the caller for an equation, where it is known. */
  whereUsed: (result: object) => string | undefined;
  scan?: ScanOptions;
}

/** Translates a traced program. Captured arrays become constants of the graph. */
export function translate(
  program: ClosedJaxpr,
  captured: readonly Tensor[],
  { name, whereUsed, scan }: TranslateOptions,
): TranslatedProgram {
  const { graph, inputs, outputs, needsBitcast } = translateGraph(program, captured, { name, whereUsed });
  const nodeCount = graph.nodes.length;
  if (!scan) return { model: encodeModel(graph, { withBitcast: needsBitcast }), inputs, outputs, nodeCount };
  const whole = scanGraph(graph, scan);
  const along = (specs: TensorSpec[]) =>
    specs.map((spec, i) => (i < scan.stateCount ? spec : { ...spec, shape: [scan.steps, ...spec.shape] }));
  const model = encodeModel(whole, { withBitcast: needsBitcast });
  return { model, inputs: along(inputs), outputs: along(outputs), nodeCount };
}

function translateGraph({ jaxpr }: ClosedJaxpr, captured: readonly Tensor[], position: Position) {
  const graph = new GraphBuilder();
  const views = new Map<Variable, View>();
  for (const [i, { data, shape, dtype }] of captured.entries()) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    views.set(jaxpr.inBinders[i], plainView(graph.constant(dtype, shape, bytes), shape, dtype));
  }
  const inputs: TensorSpec[] = jaxpr.inBinders.slice(captured.length).map((binder, i) => {
    const spec = { shape: [...binder.aval.shape], dtype: dataType(binder.aval.dtype) };
    views.set(binder, plainView(`in${i}`, spec.shape, spec.dtype));
    return spec;
  });
  walk(graph, jaxpr, views, position);
  const outputs: TensorSpec[] = [];
  for (const [i, atom] of jaxpr.outs.entries()) {
    const view = read(graph, views, atom);
    graph.nodes.push({ op: 'Identity', inputs: [materialise(graph, view)], outputs: [`out${i}`], attributes: {} });
    outputs.push({ shape: view.shape, dtype: view.dtype });
  }
  const nodes = graph.liveNodes(outputs.map((_, i) => `out${i}`));
  const used = new Set(nodes.flatMap((node) => node.inputs));
  const initializers = graph.initializers.filter((tensor) => used.has(tensor.name));
  const onnx: OnnxGraph = {
    name: position.name,
    nodes,
    initializers,
    inputs: inputs.map(named('in')),
    outputs: outputs.map(named('out')),
  };
  return { graph: onnx, inputs, outputs, needsBitcast: graph.needsBitcast };
}

function named(prefix: string): (spec: TensorSpec, i: number) => OnnxValue {
  return ({ shape, dtype }, i) => ({ name: `${prefix}${i}`, type: dtype, dims: shape });
}

/** A graph of one Scan, ONNX's loop over the first axis, with the step as its body. */
function scanGraph(step: OnnxGraph, { stateCount, steps }: ScanOptions): OnnxGraph {
  if (step.inputs.length === stateCount) return scanGraph(withClock(step), { stateCount, steps });
  const body = { ...step, name: `${step.name} step` };
  const along = (value: OnnxValue, i: number): OnnxValue =>
    i < stateCount ? value : { ...value, dims: [steps, ...value.dims] };
  const inputs = step.inputs.map(along);
  const outputs = step.outputs.map(along);
  const scanned = inputs.length - stateCount;
  const node = {
    op: 'Scan',
    inputs: inputs.map(({ name }) => name),
    outputs: outputs.map(({ name }) => name),
    attributes: { body: { graph: body }, num_scan_inputs: { int: scanned } },
  };
  // The clock is no input of the caller's: a constant stands in for it.
  const clock = { name: CLOCK, type: 'bool', dims: [steps], bytes: new Uint8Array(steps) } as const;
  const isClocked = inputs.some(({ name }) => name === CLOCK);
  return {
    name: step.name,
    nodes: [node],
    initializers: isClocked ? [clock] : [],
    inputs: inputs.filter(({ name }) => name !== CLOCK),
    outputs,
  };
}

const CLOCK = 'clock';

/** Scan counts its turns by what it scans, so that a step without a batch is given something to scan. */
function withClock(step: OnnxGraph): OnnxGraph {
  return { ...step, inputs: [...step.inputs, { name: CLOCK, type: 'bool', dims: [] }] };
}

interface Position {
  name: string;
  whereUsed: (result: object) => string | undefined;
}

function walk(graph: GraphBuilder, jaxpr: Jaxpr, views: Map<Variable, View>, at: Position): void {
  for (const equation of jaxpr.eqns) {
    const { primitive, params, outBinders } = equation;
    const inputs = equation.inputs.map((atom) => read(graph, views, atom));
    const line = at.whereUsed(outBinders[0]);
    const position = line === undefined ? at : { ...at, whereUsed: () => line }; // lines inside a jit are its caller's
    let results: View[];
    if (primitive === 'jit') {
      const inner = params.jaxpr as Jaxpr;
      const scope = new Map(inner.inBinders.map((binder, i) => [binder, inputs[i]]));
      walk(graph, inner, scope, position);
      results = inner.outs.map((atom) => read(graph, scope, atom));
    } else {
      results = [apply(graph, equation, inputs, position)].flat();
    }
    for (const [i, binder] of outBinders.entries()) views.set(binder, results[i]);
  }
}

function apply(graph: GraphBuilder, equation: Jaxpr['eqns'][number], inputs: View[], at: Position): View | View[] {
  const { primitive, params, outBinders } = equation;
  const line = at.whereUsed(outBinders[0]);
  const place = line === undefined ? '' : ` (used ${line})`;
  try {
    const rule = RULES[primitive];
    if (!rule) throw new UntranslatableError('it has no translation to ONNX; run it on the "reference" executor');
    return rule({
      graph,
      inputs,
      params,
      inputTypes: equation.inputs.map((atom) => atom.aval),
      outputs: outBinders.map((binder) => binder.aval),
    });
  } catch (cause) {
    if (!(cause instanceof UntranslatableError)) throw cause;
    const types = equation.inputs.map((atom) => describe(atom.aval as TensorSpec)).join(', ');
    throw new UntranslatableError(`${at.name}: the primitive "${primitive}" of ${types}${place}: ${cause.message}.`, {
      cause,
    });
  }
}

function read(graph: GraphBuilder, views: Map<Variable, View>, atom: Atom): View {
  if ('value' in atom) return literalView(graph, Number(atom.value), dataType(atom.aval.dtype));
  const view = views.get(atom);
  if (!view) throw new Error(`translate: ${atom} is used before it is defined; this is a fault of ours.`);
  return view;
}
