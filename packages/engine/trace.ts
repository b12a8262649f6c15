import { type ClosedJaxpr, defaultDevice, type Array as JaxArray, makeJaxpr } from '@jax-js/jax';
import { type Tensor, type TensorSpec, tensor } from './tensor.ts';
import { isTranslatable } from './translate/index.ts';
import { flattenTree, type TreeForm, unflattenTree } from './tree.ts';

export interface Trace {
  program: ClosedJaxpr;
  /** The arrays that the function captured, in the order in which the program takes them. */
  captured: Tensor[];
  outputForm: TreeForm;
  /** Where an equation that cannot be translated was written: `at step (train.ts:12:7)`. */
  whereUsed: (result: object) => string | undefined;
}

export type Traceable = (...args: never[]) => unknown;

/** A shape and element type in a class of its own: jax-js looks into plain objects for more leaves. */
class AbstractValue {
  readonly shape: number[];
  readonly dtype: string;
  readonly weakType = false;
  constructor({ shape, dtype }: TensorSpec) {
    this.shape = [...shape];
    this.dtype = dtype;
  }
}

/** Runs `fn` once on abstract arrays of the given shapes and records what it does. Nothing is computed. */
export async function trace(
  fn: Traceable,
  inputForm: TreeForm,
  inputs: readonly TensorSpec[],
  name: string,
): Promise<Trace> {
  const lines = new Map<object, string>();
  let outputForm: TreeForm | undefined;
  const flat = (...leaves: JaxArray[]) => {
    rememberLines(leaves[0], lines);
    const args = unflattenTree(inputForm, leaves) as unknown as never[];
    const output = flattenTree(fn(...args), isTraced, `what ${name} returns`);
    outputForm = output.form;
    return output.leaves as JaxArray[];
  };
  // Constants made while tracing are computed by jax-js's plain interpreter: its WebAssembly may not link here, where
  // onnxruntime-web is loaded, and nothing large is ever computed.
  const device = defaultDevice();
  defaultDevice('cpu');
  let program: ClosedJaxpr;
  try {
    program = makeJaxpr(flat as (...args: unknown[]) => JaxArray[])(
      ...inputs.map((spec) => new AbstractValue(spec)),
    ).jaxpr;
  } finally {
    defaultDevice(device);
  }
  if (!outputForm) throw new Error(`${name}: the trace did not run; this is a fault of ours.`);
  const captured = await Promise.all(program.consts.map((array) => read(array as JaxArray)));
  return { program, captured, outputForm, whereUsed: (result) => lines.get(result) };
}

/** The numbers of a jax-js array, which stays usable. */
export async function read(array: JaxArray): Promise<Tensor> {
  const { shape, dtype } = array;
  const data = (await array.ref.data()) as Float32Array | Int32Array | Uint32Array;
  return tensor(dtype === 'bool' ? Uint8Array.from(data, (x) => (x ? 1 : 0)) : data, shape, dtype as Tensor['dtype']);
}

export function isTraced(value: unknown): value is JaxArray | number | boolean {
  if (typeof value === 'number' || typeof value === 'boolean') return true;
  return typeof value === 'object' && value !== null && 'aval' in value;
}

/** The parts of jax-js's tracer that are not in its types (0.1.25, src/frontend/jaxpr.ts). */
interface TracerInternals {
  _trace: {
    builder: { addEqn(equation: { primitive: string; params: { jaxpr?: InnerProgram }; outBinders: object[] }): void };
  };
}
interface InnerProgram {
  eqns: { primitive: string; params: { jaxpr?: InnerProgram } }[];
}

/** Keeps the caller's line for each equation that has no translation; all others cost nothing. */
function rememberLines(tracer: JaxArray | undefined, lines: Map<object, string>): void {
  const builder = (tracer as unknown as TracerInternals | undefined)?._trace?.builder;
  if (!builder?.addEqn) return;
  const add = builder.addEqn.bind(builder);
  builder.addEqn = (equation) => {
    if (!isFullyTranslatable(equation)) {
      const line = callerLine(new Error('here').stack ?? '');
      if (line) for (const binder of equation.outBinders) lines.set(binder, line);
    }
    add(equation);
  };
}

function isFullyTranslatable({ primitive, params }: { primitive: string; params: { jaxpr?: InnerProgram } }): boolean {
  if (primitive === 'jit') return params.jaxpr?.eqns.every(isFullyTranslatable) ?? true;
  return isTranslatable(primitive);
}

/** The first line of a stack that is neither jax-js's nor this file's. */
function callerLine(stack: string): string | undefined {
  const line = stack
    .split('\n')
    .slice(1)
    .find((entry) => !/@jax-js|jax-js\/|engine\/trace\.ts/.test(entry));
  return line?.trim();
}
