import type { ClassStages, Samples, StagePlan } from '@broadsheet/datasets/class-stages';
import { classesAt, drawClassStages } from '@broadsheet/datasets/class-stages';
import { SIDE, strokeFamilies } from '@broadsheet/datasets/stroke-families';
import {
  compile,
  compileStep,
  nn,
  type Tensor,
  type TracedArray,
  tensor,
  valueAndGrad,
  zeros,
} from '@broadsheet/engine';
import { normalised } from '@broadsheet/engine/losses';
import { type Convolution, convolution, initConvolution } from '@broadsheet/engine/nn';
import { adam } from '@broadsheet/engine/optim';
import { createRng, type Rng } from '@broadsheet/engine/stats';
import { infoNce } from '@broadsheet/methods/happy';
import type { RunContext } from '../contract.ts';

/**
 * Signs of strokes seen through a small convolutional encoder. It is trained without labels on other signs, once and the
 * same for all seeds, and then frozen: it stands where the paper has DINO's network.
 */
const VIEWS = 4;
const OTHER_SIGNS = 100;
const BATCH = 64;
const TEMPERATURE = 0.2;
const RATE = 2e-3;
const ROWS = 256; // of one call of the encoder

type Encoder<T> = { first: Convolution<T>; second: Convolution<T>; third: Convolution<T> };

/** Unit features [n, width] of pictures [n, 784], their common mean taken off. */
type Encode = (pictures: Float32Array) => Promise<Float32Array>;

/** Stages of signs as features, one data set for each seed's stream. */
export async function pictureStages(
  context: RunContext,
  plan: StagePlan,
  { width, encoderSteps }: { width: number; encoderSteps: number },
  rngs: readonly Rng[],
): Promise<ClassStages[]> {
  const { encode, close } = await openEncoder(context, width, encoderSteps);
  try {
    const found: ClassStages[] = [];
    for (const rng of rngs) {
      const signs = strokeFamilies({ classes: classesAt(plan, plan.stages), views: VIEWS }, rng.split('classes'));
      const drawn = drawClassStages(plan, signs, rng.split('samples'));
      const seen = async (samples: Samples): Promise<Samples> => ({
        ...samples,
        width,
        data: await encode(samples.data),
      });
      const stages: Samples[] = [];
      for (const stage of drawn.stages) stages.push(await seen(stage));
      found.push({ initial: await seen(drawn.initial), stages, test: plain(await seen(drawn.test)) });
    }
    return found;
  } finally {
    await close();
  }
}

/** Only the first view of what is tested. */
function plain({ data, count, width, views, labels }: Samples): Samples {
  const out = new Float32Array(count * width);
  for (let i = 0; i < count; i++) out.set(data.subarray(i * views * width, (i * views + 1) * width), i * width);
  return { data: out, labels, count, width, views: 1 };
}

async function openEncoder(context: RunContext, width: number, steps: number) {
  const rng = createRng('encoder of signs');
  const weights = await trained(context, width, steps, rng);
  const program = await compile(
    ((net: Encoder<TracedArray>, x: TracedArray) => normalised(encoded(net, x))) as never,
    [weights, zeros([ROWS, 1, SIDE, SIDE])],
    { executor: context.executor, threads: context.threads, name: 'encoder of signs' },
  );
  const raw = async (pictures: Float32Array): Promise<Float32Array> => {
    const count = pictures.length / SIDE ** 2;
    const out = new Float32Array(count * width);
    for (let from = 0; from < count; from += ROWS) {
      context.signal.throwIfAborted();
      const x = zeros([ROWS, 1, SIDE, SIDE]);
      const rows = Math.min(ROWS, count - from);
      x.data.set(pictures.subarray(from * SIDE ** 2, (from + rows) * SIDE ** 2) as never);
      const { data } = (await program.run(weights, x)) as Tensor;
      out.set((data as Float32Array).subarray(0, rows * width), from * width);
    }
    return out;
  };
  const mean = meanOf(await raw(drawViews(ROWS, rng.split('mean'), 1)), width);
  const encode: Encode = async (pictures) => centred(await raw(pictures), mean);
  return { encode, close: () => program.dispose() };
}

/** Contrast between two crops of each of many other signs. */
async function trained(context: RunContext, width: number, steps: number, rng: Rng): Promise<Encoder<Tensor>> {
  const init = rng.split('weights');
  const params: Encoder<Tensor> = {
    first: initConvolution(init, { channelsIn: 1, channelsOut: 16, size: 3 }),
    second: initConvolution(init, { channelsIn: 16, channelsOut: 32, size: 3 }),
    third: initConvolution(init, { channelsIn: 32, channelsOut: width, size: 3 }),
  };
  const optimiser = adam({ learningRate: RATE });
  const program = await compileStep(
    ((state: { params: Encoder<TracedArray>; optimiser: unknown }, x: TracedArray) => {
      const [loss, grads] = valueAndGrad((net: Encoder<TracedArray>) => infoNce(encoded(net, x), TEMPERATURE))(
        kept(state.params),
      );
      const [next, moments] = optimiser.update(state.params, grads, state.optimiser);
      return [{ params: next, optimiser: moments }, loss];
    }) as never,
    { state: { params, optimiser: optimiser.init(params) }, batch: zeros([2 * BATCH, 1, SIDE, SIDE]) },
    { executor: context.executor, threads: context.threads, name: 'training of the encoder' },
  );
  try {
    const draws = rng.split('batches');
    for (let step = 0; step < steps; step++) {
      context.signal.throwIfAborted();
      await program.step(tensor(drawViews(BATCH, draws, 2), [2 * BATCH, 1, SIDE, SIDE]));
      context.emit({ type: 'progress', done: step + 1, total: steps, label: `encoder of pictures, step ${step + 1}` });
    }
    return ((await program.state()) as unknown as { params: Encoder<Tensor> }).params;
  } finally {
    await program.dispose();
  }
}

/** Three convolutions, the first two of stride 2, and the mean over what is left of the picture. */
function encoded({ first, second, third }: Encoder<TracedArray>, x: TracedArray): TracedArray {
  const wide = nn.relu(convolution(first, x, { stride: 2 }));
  const narrow = nn.relu(convolution(second, wide, { stride: 2 }));
  return nn.relu(convolution(third, narrow)).mean([2, 3]);
}

function kept(net: Encoder<TracedArray>): Encoder<TracedArray> {
  const ref = ({ kernel, bias }: Convolution<TracedArray>) => ({ kernel: kernel.ref, bias: bias.ref });
  return { first: ref(net.first), second: ref(net.second), third: ref(net.third) };
}

const others = strokeFamilies({ classes: OTHER_SIGNS, views: 3 }, createRng('other signs'));

/** Pictures of other signs: plain ones, or two crops of each, first all first ones. */
function drawViews(count: number, rng: Rng, crops: 1 | 2): Float32Array {
  const size = SIDE ** 2;
  const out = new Float32Array(crops * count * size);
  const three = new Float32Array(3 * size);
  for (let i = 0; i < count; i++) {
    others.draw(rng.integer(0, OTHER_SIGNS), rng, three);
    if (crops === 1) out.set(three.subarray(0, size), i * size);
    else
      for (const crop of [0, 1])
        out.set(three.subarray((crop + 1) * size, (crop + 2) * size), (crop * count + i) * size);
  }
  return out;
}

function meanOf(rows: Float32Array, width: number): Float64Array {
  const mean = new Float64Array(width);
  for (let i = 0; i < rows.length; i++) mean[i % width] += rows[i] / (rows.length / width);
  return mean;
}

function centred(rows: Float32Array, mean: Float64Array): Float32Array {
  const width = mean.length;
  for (let from = 0; from < rows.length; from += width) {
    let squares = 0;
    for (let k = 0; k < width; k++) {
      rows[from + k] -= mean[k];
      squares += rows[from + k] ** 2;
    }
    for (let k = 0; k < width; k++) rows[from + k] /= Math.sqrt(squares) || 1;
  }
  return rows;
}
