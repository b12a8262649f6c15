import type { Array as JaxArray } from '@jax-js/jax';
import type { OpenOptions, OpenProgram } from './executors/executor.ts';
import { executorNamed } from './executors/index.ts';
import type { ExecutorName } from './executors/names.ts';
import { InputCheck } from './input-check.ts';
import type { Tensor, TensorSpec } from './tensor.ts';
import { isTraced, type Traceable, trace } from './trace.ts';
import { flattenTree, type Tree, type TreeForm, unflattenTree } from './tree.ts';

export interface CompileOptions {
  executor: ExecutorName;
  /** Threads for one program; default: as many as the machine has cores, at most 4. */
  threads?: number;
  /** How messages call the program; default the function's own name. */
  name?: string;
}

/** The traced arrays in place of the tensors of an example. */
export type TracedTree<T> = [Tree<Tensor>] extends [T]
  ? Tree<JaxArray>
  : T extends Tensor
    ? JaxArray
    : T extends readonly unknown[] | { readonly [name: string]: unknown }
      ? { [K in keyof T]: TracedTree<T[K]> }
      : JaxArray;

/** A compiled function. It holds memory outside JavaScript: dispose it. */
export interface Program {
  readonly executor: ExecutorName;
  /** Such as `onnxruntime-node 1.30.0, 2 threads`. */
  readonly description: string;
  /** Runs on tensors of the traced shapes. The results are new arrays. */
  run(...args: Tree<Tensor>[]): Promise<Tree<Tensor>>;
  dispose(): Promise<void>;
}

/**
 * Traces `fn` once on the shapes of `example`, translates it to one ONNX graph and opens it on an executor. Arrays that
 * `fn` captures become constants; what depends on their values or on loops is fixed by the trace.
 * @param fn a function of trees of traced arrays; operations consume their operands (`x.ref` keeps one)
 * @throws when a primitive has no translation, naming it and the line, or when the executor cannot run here
 */
export async function compile<const A extends readonly Tree<Tensor>[]>(
  fn: (...args: TracedTree<A> extends infer T extends readonly unknown[] ? T : never) => unknown,
  example: A,
  { executor, threads, name = fn.name || 'program' }: CompileOptions,
): Promise<Program> {
  const opened = await openTraced(fn as unknown as Traceable, example, executor, { name, threads });
  const { program, inputs } = opened;
  let disposed = false;
  return {
    executor,
    description: program.description,
    async run(...args) {
      if (disposed) throw new Error(`${name} was disposed; compile it again.`);
      const sent = inputs.check(args).map((leaf) => program.send(leaf));
      const results = await program.run(sent);
      for (const value of sent) program.release(value);
      const tensors = await Promise.all(results.map((value) => program.fetch(value)));
      for (const value of results) program.release(value);
      return unflattenTree(opened.outputForm, tensors);
    },
    async dispose() {
      if (disposed) return;
      disposed = true;
      await program.close();
    },
  };
}

/** An opened program with the forms of what goes in and comes out. */
export interface Opened {
  program: OpenProgram;
  inputs: InputCheck;
  outputForm: TreeForm;
  outputSpecs: TensorSpec[];
}

export async function openTraced(
  fn: Traceable,
  example: readonly unknown[],
  executor: ExecutorName,
  options: OpenOptions,
): Promise<Opened> {
  const inputs = new InputCheck(example, options.name);
  const traced = await trace(fn, inputs.form, inputs.specs, options.name);
  const flat = (...leaves: JaxArray[]) => {
    const args = unflattenTree(inputs.form, leaves) as unknown as never[];
    return flattenTree(fn(...args), isTraced, `what ${options.name} returns`).leaves;
  };
  const program = await executorNamed(executor).open({ trace: traced, flat }, options);
  const outputSpecs = traced.program.jaxpr.outs.map(({ aval }) => ({
    shape: [...aval.shape],
    dtype: aval.dtype as TensorSpec['dtype'],
  }));
  return { program, inputs, outputForm: traced.outputForm, outputSpecs };
}
