/**
 * A training step on onnxruntime-node against PyTorch with the same number of threads, alternating in one run.
 * `node benchmarks/training/native.ts [threads] [workload…]`; PYTHON names the interpreter that has torch.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { compileStep, stackTensors, type Tensor, type Tree } from '@broadsheet/engine';
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { median, summary } from '../statistics.ts';
import { WORKLOADS } from './workloads.ts';

const ROUNDS = 9;
/** Steps in one call in the third column. */
const TOGETHER = 10;

const threads = Number(process.argv[2] ?? 2);
const chosen = process.argv.length > 3 ? process.argv.slice(3) : Object.keys(WORKLOADS);
const missing = loadNativeRuntime();
if (missing)
  throw new Error(`The native executor cannot run: ${missing}; node packages/engine/node/install.ts installs it.`);

const peer = spawn(process.env.PYTHON ?? '/usr/bin/python3', [`${import.meta.dirname}/pytorch.py`, String(threads)], {
  stdio: ['pipe', 'pipe', 'inherit'],
  // torch.set_num_threads does not reach OpenBLAS, which would take every core.
  env: { ...process.env, OPENBLAS_NUM_THREADS: String(threads), OMP_NUM_THREADS: String(threads) },
});
const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
const nextLine = async (): Promise<string> => {
  const { value, done } = await answers.next();
  if (done) throw new Error('PyTorch ended; its own message is above.');
  return value;
};
const version = await nextLine();
process.stdout.write(`PyTorch ${version}, ${threads} threads; ms a step, median (range) of ${ROUNDS} rounds\n`);

for (const name of chosen) {
  const { name: title, step, example, steps } = WORKLOADS[name]();
  const open = (stepsPerCall: number) =>
    compileStep(step as never, example, { executor: 'native', threads, name, stepsPerCall });
  const [single, several] = [await open(1), await open(TOGETHER)];
  const batches = repeat(example.batch, TOGETHER);
  const runs: Record<'theirs' | 'ours' | 'together', Time[]> = { theirs: [], ours: [], together: [] };
  for (let i = 0; i < 3; i++) await single.step(example.batch);
  await several.step(batches);
  for (let round = 0; round < ROUNDS; round++) {
    peer.stdin.write(`${name} ${steps}\n`);
    const [clock, processor] = (await nextLine()).split(' ').map(Number);
    runs.theirs.push({ clock, processor });
    runs.ours.push(await timed(steps, 1, () => single.step(example.batch)));
    runs.together.push(await timed(Math.ceil(steps / TOGETHER), TOGETHER, () => several.step(batches)));
  }
  await single.dispose();
  await several.dispose();
  process.stdout.write(`${title}\n`);
  for (const kind of ['clock', 'processor'] as const) {
    const [theirs, ours, together] = [runs.theirs, runs.ours, runs.together].map((times) => times.map((t) => t[kind]));
    const ratio = (own: number[]) => (median(theirs) / median(own)).toFixed(2);
    process.stdout.write(
      `  ${kind.padEnd(9)}  PyTorch ${summary(theirs)}  ours ${summary(ours)} = ${ratio(ours)} ×` +
        `  ${TOGETHER} steps a call ${summary(together)} = ${ratio(together)} ×\n`,
    );
  }
}
peer.stdin.end();

interface Time {
  /** Milliseconds a step by the clock, and of all processors together: on a busy machine the second tells more. */
  clock: number;
  processor: number;
}

async function timed(calls: number, stepsPerCall: number, call: () => Promise<unknown>): Promise<Time> {
  const startedAt = performance.now();
  const spentAt = process.cpuUsage();
  for (let i = 0; i < calls; i++) await call();
  const { user, system } = process.cpuUsage(spentAt);
  const count = calls * stepsPerCall;
  return { clock: (performance.now() - startedAt) / count, processor: (user + system) / 1000 / count };
}

/** The same batch for each of `count` steps. */
function repeat(batch: Tree<Tensor>, count: number): Tree<Tensor> {
  const one = (leaf: Tensor) => stackTensors(Array.from({ length: count }, () => leaf));
  return Object.fromEntries(Object.entries(batch as Record<string, Tensor>).map(([k, leaf]) => [k, one(leaf)]));
}
