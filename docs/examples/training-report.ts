/**
 * How rich or lazy was my training run? A small network of your own, trained twice from different starts:
 *
 *   node docs/examples/training-report.ts [FILE.svg]
 *
 * Take one snapshot before training and one after, on the same probe, and compare them. Everything below `report` works
 * for any network: what it needs are the weights, the activations [samples, units] and the tangent kernel [rows, rows].
 */
import { writeFileSync } from 'node:fs';
import { compile, compileStep, grad, np, type Tensor, type TracedArray, tensor, vmap } from '@broadsheet/engine';
import { loadNativeRuntime } from '@broadsheet/engine/node';
import { drawReport, gram, hashProbe, type Snapshot, trainingReport } from '@broadsheet/engine/report';
import { createRng } from '@broadsheet/engine/stats';

const HIDDEN = 64;
const SAMPLES = 32;

type Params = { w1: Tensor; b1: Tensor; w2: Tensor };
type Traced = { w1: TracedArray; b1: TracedArray; w2: TracedArray };

const executor = loadNativeRuntime() === undefined ? 'native' : 'reference';
const options = { executor, threads: 1 } as const;

// The task: one period of a sine, 32 points.
const points = Float32Array.from({ length: SAMPLES }, (_, i) => -1 + (2 * i) / (SAMPLES - 1));
const x = tensor(points, [SAMPLES, 1]);
const y = tensor(
  points.map((value) => Math.sin(Math.PI * value)),
  [SAMPLES, 1],
);

// The network: hidden activations, output, loss.
const hidden = ({ w1, b1 }: Traced, inputs: TracedArray) => np.tanh(np.matmul(inputs, w1.ref).add(b1.ref));
const output = (params: Traced, inputs: TracedArray) => np.matmul(hidden(params, inputs), params.w2.ref);
const loss = (params: Traced, inputs: TracedArray, target: TracedArray) =>
  np.square(output(params, inputs).sub(target)).mean();

/** One step of gradient descent. */
const stepOf = (learningRate: number) => (params: Traced, batch: { x: TracedArray; y: TracedArray }) => {
  const value = loss(params, batch.x.ref, batch.y.ref);
  const slope = (grad(loss as never) as unknown as (p: Traced, a: TracedArray, b: TracedArray) => Traced)(
    params,
    batch.x.ref,
    batch.y.ref,
  );
  const moved = (name: keyof Traced) => params[name].ref.sub(slope[name].mul(learningRate));
  return [{ w1: moved('w1'), b1: moved('b1'), w2: moved('w2') }, value] as const;
};

/** The gradient of each output with respect to all weights: the rows of the Jacobian. */
const rows = (params: Traced, inputs: TracedArray) => {
  const one = (p: Traced, input: TracedArray) => output(p, input.reshape([1, 1])).sum();
  const each = vmap(grad(one as never) as never, [null, 0] as never) as unknown as typeof rows;
  return each(params, inputs);
};

for (const [name, scale, learningRate] of [
  ['small weights', 0.1, 0.1],
  ['large weights', 2, 0.01],
] as const) {
  const before = start(scale);
  const look = await openProbe(before);
  const training = await compileStep(stepOf(learningRate) as never, { state: before, batch: { x, y } }, options);
  const first = await look(before);
  for (let i = 0; i < 3000; i++) await training.step({ x, y });
  const last = await look((await training.state()) as Params);
  await training.dispose();

  const report = trainingReport(first, last, { target: y.data }); // plain JSON
  console.log(`\n${name}: ${report.finding}`);
  console.log(`  loss ${shown(report.loss.before)} → ${shown(report.loss.after)}`);
  console.log(`  first layer moved by ${shown(report.weightChange.w1?.relative ?? null)} of its norm`);
  console.log(`  tangent-kernel alignment ${shown(report.tangentKernelAlignment)} (1 lazy, towards 0 rich)`);
  for (const caveat of report.caveats) console.log(`  note: ${caveat}`);
  if (process.argv[2]) writeFileSync(process.argv[2], drawReport(report));
}

function start(scale: number): Params {
  const rng = createRng('example');
  const normal = (shape: number[], deviation: number) =>
    tensor(
      Float32Array.from(
        rng.normals(
          shape.reduce((a, b) => a * b),
          0,
          deviation,
        ),
      ),
      shape,
    );
  const perUnit = scale / Math.sqrt(HIDDEN);
  return { w1: normal([1, HIDDEN], scale), b1: normal([HIDDEN], scale), w2: normal([HIDDEN, 1], perUnit) };
}

/** Compiles what a snapshot needs, once; gives the function that takes snapshots. */
async function openProbe(example: Params): Promise<(params: Params) => Promise<Snapshot>> {
  const activity = await compile(
    ((params: Traced, inputs: TracedArray, target: TracedArray) => ({
      hidden: hidden(params, inputs.ref),
      loss: loss(params, inputs, target),
    })) as never,
    [example, x, y],
    options,
  );
  const jacobian = await compile(rows as never, [example, x], options);
  return async (params) => {
    const seen = (await activity.run(params, x, y)) as { hidden: Tensor; loss: Tensor };
    const gradients = (await jacobian.run(params, x)) as Params;
    return {
      weights: params,
      probeHash: hashProbe(points),
      representation: seen.hidden,
      kernel: gram(sideBySide([gradients.w1, gradients.b1, gradients.w2])),
      loss: seen.loss.data[0],
    };
  };
}

/** Gradients [samples, …] of several weights as one matrix [samples, all]. */
function sideBySide(parts: Tensor[]): { data: Float64Array; shape: number[] } {
  const widths = parts.map((part) => part.data.length / SAMPLES);
  const width = widths.reduce((a, b) => a + b);
  const data = new Float64Array(SAMPLES * width);
  for (let row = 0; row < SAMPLES; row++) {
    let at = row * width;
    parts.forEach((part, i) => {
      data.set(part.data.subarray(row * widths[i], (row + 1) * widths[i]), at);
      at += widths[i];
    });
  }
  return { data, shape: [SAMPLES, width] };
}

function shown(value: number | null): string {
  return value === null ? 'unknown' : value.toPrecision(3);
}
