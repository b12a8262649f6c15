import { type CompileOptions, type Opened, openTraced, type TracedTree } from './compile.ts';
import type { DeviceValue } from './executors/executor.ts';
import { elementOf, stackTensors } from './seeds.ts';
import { isTensor, type Tensor } from './tensor.ts';
import type { Traceable } from './trace.ts';
import { flattenTree, type Tree, type TreeForm, unflattenTree } from './tree.ts';

export interface StepOptions extends CompileOptions {
  /**
   * Steps in one call, default 1. With more, each batch leaf has a first axis of that length, and so has each metric.
   * Pays where a step is short or its state large: a call copies the state once (docs/benchmarks.md).
   */
  stepsPerCall?: number;
}

/** A training step that keeps its state on the executor's side. */
export interface StepProgram {
  readonly description: string;
  readonly stepsPerCall: number;
  /** Takes one step (or `stepsPerCall`) and returns its metrics. Calls are taken one after the other. */
  step(batch: Tree<Tensor>): Promise<Tree<Tensor>>;
  /** A copy of the state. */
  state(): Promise<Tree<Tensor>>;
  load(state: Tree<Tensor>): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Compiles `(state, batch) → [state, metrics]` for many calls. Nobody reads the state between steps: `webgpu` leaves it in
 * the GPU's memory, `reference` in jax-js's; ONNX Runtime's bindings copy it once a call on `native`, in and out on `wasm`.
 * @param example the first state, which is loaded, and a batch for one step
 */
export async function compileStep<const S extends Tree<Tensor>, const B extends Tree<Tensor>>(
  step: (state: TracedTree<S>, batch: TracedTree<B>) => readonly [state: unknown, metrics: unknown],
  example: { state: S; batch: B },
  { executor, threads, stepsPerCall = 1, name = step.name || 'step' }: StepOptions,
): Promise<StepProgram> {
  if (!Number.isInteger(stepsPerCall) || stepsPerCall < 1)
    throw new RangeError(`${name}: stepsPerCall is ${stepsPerCall}; expected a whole number from 1.`);
  const stateCount = flattenTree(example.state, isTensor, `${name}: state`).leaves.length;
  // The reference executor has no loop of its own; it is called once for each step.
  const inner = executor === 'reference' ? 1 : stepsPerCall;
  const opened = await openTraced(step as unknown as Traceable, [example.state, example.batch], executor, {
    name,
    threads,
    keepOnDevice: true,
    scan: inner > 1 ? { stateCount, steps: inner } : undefined,
  });
  const forms = checkForms(opened, stateCount, name);
  return new Stepper(opened, forms, { stateCount, stepsPerCall, inner, name, example });
}

interface StepForms {
  state: TreeForm;
  metrics: TreeForm;
}

/** The step must return its state in the form and shapes in which it took it, or the next step could not take it. */
function checkForms({ outputForm, outputSpecs, inputs }: Opened, stateCount: number, name: string): StepForms {
  if (outputForm === 'leaf' || !('list' in outputForm) || outputForm.list.length !== 2)
    throw new TypeError(`${name} must return [state, metrics].`);
  const [state, metrics] = outputForm.list;
  const stateForm = inputs.form !== 'leaf' && 'list' in inputs.form ? inputs.form.list[0] : inputs.form;
  const paths = inputs.paths;
  if (JSON.stringify(state) !== JSON.stringify(stateForm))
    throw new TypeError(`${name} returns a state of another form than it takes; names and their order must agree.`);
  for (let i = 0; i < stateCount; i++) {
    const [before, after] = [inputs.specs[i], outputSpecs[i]];
    if (before.dtype !== after.dtype || before.shape.join() !== after.shape.join())
      throw new TypeError(
        `${name} takes ${paths[i]} as ${before.dtype}[${before.shape}] and returns it as ${after.dtype}[${after.shape}].`,
      );
  }
  return { state, metrics };
}

interface StepperOptions {
  stateCount: number;
  stepsPerCall: number;
  inner: number;
  name: string;
  example: { state: unknown; batch: unknown };
}

class Stepper implements StepProgram {
  readonly description: string;
  readonly stepsPerCall: number;
  readonly #opened: Opened;
  readonly #forms: StepForms;
  readonly #options: StepperOptions;
  #state: DeviceValue[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(opened: Opened, forms: StepForms, options: StepperOptions) {
    this.#opened = opened;
    this.#forms = forms;
    this.#options = options;
    this.description = opened.program.description;
    this.stepsPerCall = options.stepsPerCall;
    this.#load(options.example.state);
  }

  step(batch: Tree<Tensor>): Promise<Tree<Tensor>> {
    return this.#next(() => this.#step(batch));
  }

  state(): Promise<Tree<Tensor>> {
    return this.#next(async () => {
      const leaves = await Promise.all(this.#state.map((value) => this.#opened.program.fetch(value)));
      const copies = leaves.map(({ data, shape, dtype }) => ({ data: data.slice(), shape, dtype }));
      return unflattenTree(this.#forms.state, copies);
    });
  }

  load(state: Tree<Tensor>): Promise<void> {
    return this.#next(async () => this.#load(state));
  }

  /** Waits for the steps that were asked for before. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    await this.#next(async () => {
      this.#disposed = true;
      this.#releaseAll();
      await this.#opened.program.close();
    });
  }

  /** One call after the other: a step needs the state of the one before. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      if (this.#disposed) throw new Error(`${this.#options.name} was disposed; compile it again.`);
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  #load(state: unknown): void {
    const { inputs, program } = this.#opened;
    const copies = inputs.checkOne(0, state).map(({ data, shape, dtype }) => ({ data: data.slice(), shape, dtype }));
    this.#releaseAll();
    this.#state = copies.map((leaf) => program.send(leaf));
  }

  async #step(batch: Tree<Tensor>): Promise<Tree<Tensor>> {
    const { stepsPerCall, inner } = this.#options;
    const leaves = this.#opened.inputs.checkOne(1, batch, stepsPerCall);
    if (inner === stepsPerCall) return unflattenTree(this.#forms.metrics, await this.#call(leaves));
    const results: Tensor[][] = [];
    for (let i = 0; i < stepsPerCall; i++) results.push(await this.#call(leaves.map((leaf) => elementOf(leaf, i))));
    return unflattenTree(
      this.#forms.metrics,
      results[0].map((_, i) => stackTensors(results.map((row) => row[i]))),
    );
  }

  async #call(batch: Tensor[]): Promise<Tensor[]> {
    const { program } = this.#opened;
    const sent = batch.map((leaf) => program.send(leaf));
    const results = await program.run([...this.#state, ...sent]);
    for (const value of sent) program.release(value);
    const metrics = results.slice(this.#options.stateCount);
    const fetched = await Promise.all(metrics.map((value) => program.fetch(value)));
    for (const value of metrics) program.release(value);
    const before = this.#state;
    this.#state = results.slice(0, this.#options.stateCount);
    for (const value of before) program.release(value);
    return fetched;
  }

  #releaseAll(): void {
    for (const value of this.#state) this.#opened.program.release(value);
    this.#state = [];
  }
}
