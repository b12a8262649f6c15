/**
 * The connectivity sweep against PyTorch: one arm of size `full` (100 units, 10 seeds, 1,000 iterations, kernels and
 * probes included) on each, alternating, one thread each. The 18 arms of the rank sweep differ only in numbers, so the
 * ratio of one is that of all. Reports wall clock and processor time: on a busy machine the second is the truer one.
 *
 *   node benchmarks/connectivity/run.ts [rounds] [threads]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { loadNativeRuntime } from '../../packages/engine/node/runtimes.ts';
import { experiment } from '../../packages/experiments/connectivity/experiment.ts';
import { readParameters, seedsOf } from '../../packages/experiments/index.ts';
import { median, summary } from '../statistics.ts';

const ROUNDS = Number(process.argv[2] ?? 3);
const THREADS = Number(process.argv[3] ?? 1);
const SEEDS = 10;
const why = loadNativeRuntime();
if (why) throw new Error(`This benchmark needs ONNX Runtime for Node: ${why}.`);

const parameters = readParameters(experiment, 'full');
const { units, iterations, batch, probeTrials } = parameters;
const torchArm = fileURLToPath(new URL('torch_arm.py', import.meta.url));

interface Measured {
  wall: number;
  processor: number;
  alignment: number;
}

async function ours(): Promise<Measured> {
  const [at, used] = [performance.now(), process.cpuUsage()];
  let hasReport = false;
  const outcomes = await experiment.run(
    {
      executor: 'native',
      threads: THREADS,
      signal: new AbortController().signal,
      emit: (event) => {
        hasReport ||= event.type === 'report';
      },
      data: () => Promise.reject(new Error('no data here')),
    },
    parameters,
    seedsOf(SEEDS),
    'rank/2AF/1',
  );
  if (!hasReport) throw new Error('The arm attached no training report.');
  const { user, system } = process.cpuUsage(used);
  const alignment = outcomes.reduce((sum, { values }) => sum + (values.tka ?? Number.NaN), 0) / SEEDS;
  return { wall: (performance.now() - at) / 1000, processor: (user + system) / 1e6, alignment };
}

function torch(): Measured & { training: number } {
  const sizes = [units, 1, SEEDS, iterations, batch, probeTrials, 8, THREADS].map(String);
  const [wall, processor, training, alignment] = execFileSync('/usr/bin/python3', [torchArm, ...sizes], {
    encoding: 'utf8',
    // torch.set_num_threads does not reach OpenBLAS, which would take every core.
    env: { ...process.env, OPENBLAS_NUM_THREADS: String(THREADS), OMP_NUM_THREADS: String(THREADS) },
  })
    .trim()
    .split(' ')
    .map(Number);
  return { wall, processor, training, alignment };
}

const rounds: { ours: Measured; torch: ReturnType<typeof torch> }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  const pair = { ours: await ours(), torch: torch() };
  rounds.push(pair);
  process.stdout.write(`round ${round + 1}: ${JSON.stringify(pair)}\n`);
}
for (const kind of ['wall', 'processor'] as const) {
  const ratios = rounds.map((pair) => pair.torch[kind] / pair.ours[kind]);
  process.stdout.write(
    `${kind}: ours ${median(rounds.map((p) => p.ours[kind])).toFixed(2)} s, PyTorch ${median(rounds.map((p) => p.torch[kind])).toFixed(2)} s, ratio ${summary(ratios)}\n`,
  );
}
