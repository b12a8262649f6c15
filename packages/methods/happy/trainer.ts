import {
  compileStep,
  type ExecutorName,
  np,
  type StepProgram,
  type Tensor,
  type TracedArray,
  tensor,
  valueAndGrad,
  vmap,
  zeros,
} from '@broadsheet/engine';
import { fanInUniform } from '@broadsheet/engine/nn';
import type { Rng } from '@broadsheet/engine/stats';
import { type ArrayMap, DESCENT, descend } from './descent.ts';
import { cosineLogits } from './losses.ts';
import { type Adapter, adapt } from './network.ts';
import { initialLoss, type StageWeights, stageLoss } from './objectives.ts';
import { type Rows, rows, unitRows } from './rows.ts';

/** Shapes of the compiled step; lanes (seeds) are trained together. */
export interface Shape {
  readonly lanes: number;
  /** d, of features. */
  readonly width: number;
  /** Of the adapter. */
  readonly hidden: number;
  /** D, of the projection for contrast. */
  readonly projection: number;
  /** B; a step has 2B rows and draws 2B prototypes. */
  readonly batch: number;
  /** Heads that there is room for; those that are not there yet are masked. */
  readonly mostClasses: number;
}

export interface Execution {
  readonly executor: ExecutorName;
  readonly threads: number;
  readonly stepsPerCall: number;
  readonly signal?: AbortSignal;
}

/** What a continual stage trains besides the heads. */
export interface StageOptions {
  readonly weights: StageWeights;
  /** Only heads learn. */
  readonly freezeAdapter?: boolean;
}

/** One lane's weights before or after training. */
export interface Weights {
  readonly adapter: Adapter<Tensor>;
  readonly heads: Rows;
}

/** The rows of one step of one lane, written by the caller. */
export interface BatchRows {
  /** [2B, d] */
  readonly x: Float32Array;
  /** Stage 0: one-hot labels [2B, K]. Later: drawn prototypes [2B, d] and theirs. */
  readonly targets: Float32Array;
  readonly replay: Float32Array;
}

export interface Plan {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly rate: (epoch: number) => number;
  readonly tauT: (epoch: number) => number;
  /** 0/1 over mostClasses for a lane. */
  readonly groups: (lane: number) => { old: Float32Array; fresh: Float32Array };
  write(lane: number, epoch: number, step: number, into: BatchRows): void;
  onEpoch?(epoch: number, meanLoss: Float64Array): void;
}

/** A compiled training step for stage 0 (`stage` undefined) or for continual stages. Dispose it. */
export async function openTrainer(shape: Shape, execution: Execution, stage?: StageOptions) {
  const { lanes, width, batch, mostClasses: k } = shape;
  const [n, { stepsPerCall }] = [2 * batch, execution];
  const laneShape = { x: [n, width], targets: [n, k], replay: [n, width], old: [k], fresh: [k], rate: [], tauT: [] };
  const program: StepProgram = await compileStep(
    laneStep(stage) as never,
    {
      state: stateOf(shape, [], undefined),
      batch: Object.fromEntries(Object.entries(laneShape).map(([name, dims]) => [name, zeros([lanes, ...dims])])),
    },
    {
      executor: execution.executor,
      threads: execution.threads,
      stepsPerCall,
      name: stage ? 'continual stage' : 'stage 0',
    },
  );
  const lead = stepsPerCall === 1 ? [lanes] : [stepsPerCall, lanes];
  const buffers = Object.fromEntries(
    Object.entries(laneShape).map(([name, dims]) => [name, zeros([...lead, ...dims])]),
  ) as Record<keyof typeof laneShape, Tensor & { data: Float32Array }>;
  const part = (name: keyof typeof laneShape, at: number, size: number) =>
    buffers[name].data.subarray(at * size, (at + 1) * size);

  async function train(start: readonly Weights[], rngs: readonly Rng[], plan: Plan): Promise<Weights[]> {
    await program.load(stateOf(shape, start, rngs) as never);
    const total = plan.epochs * plan.stepsPerEpoch;
    const sides = Array.from({ length: lanes }, (_, lane) => plan.groups(lane));
    const sums = new Float64Array(lanes);
    for (let done = 0; done < total; done += stepsPerCall) {
      execution.signal?.throwIfAborted();
      for (let inner = 0; inner < stepsPerCall; inner++) {
        const step = Math.min(done + inner, total - 1); // beyond the end: rate 0, nothing moves
        const epoch = Math.floor(step / plan.stepsPerEpoch);
        for (let lane = 0; lane < lanes; lane++) {
          const at = inner * lanes + lane;
          part('old', at, k).set(sides[lane].old);
          part('fresh', at, k).set(sides[lane].fresh);
          buffers.rate.data[at] = done + inner < total ? plan.rate(epoch) : 0;
          buffers.tauT.data[at] = plan.tauT(epoch);
          const into = {
            x: part('x', at, n * width),
            targets: part('targets', at, n * k),
            replay: part('replay', at, n * width),
          };
          into.targets.fill(0);
          if (done + inner < total) plan.write(lane, epoch, step % plan.stepsPerEpoch, into);
        }
      }
      const loss = (await program.step(buffers)) as Tensor;
      for (let inner = 0; inner < stepsPerCall && done + inner < total; inner++) {
        for (let lane = 0; lane < lanes; lane++) sums[lane] += loss.data[inner * lanes + lane];
        if ((done + inner + 1) % plan.stepsPerEpoch !== 0) continue;
        plan.onEpoch?.(
          (done + inner + 1) / plan.stepsPerEpoch - 1,
          sums.map((sum) => sum / plan.stepsPerEpoch),
        );
        sums.fill(0);
      }
    }
    return weightsOf(shape, (await program.state()) as never, start);
  }
  return { train, dispose: () => program.dispose() };
}

export type Trainer = Awaited<ReturnType<typeof openTrainer>>;

const ADAPTER = ['up', 'upBias', 'down'] as const;

type State = { params: ArrayMap; moves: ArrayMap; before: ArrayMap };
type StepBatch = Record<'x' | 'targets' | 'replay' | 'old' | 'fresh' | 'rate' | 'tauT', TracedArray>;

/** One step of all lanes: traced for one and mapped over them. */
function laneStep(stage: StageOptions | undefined) {
  const one = (state: State, batch: StepBatch) => {
    const loss = (params: ArrayMap) =>
      stage ? stageLossOf(params, state.before, batch, stage) : initialLossOf(params, batch);
    const [value, grads] = valueAndGrad(loss)(refs(state.params));
    const next = descend(state.params, grads, state.moves, { ...DESCENT, learningRate: batch.rate });
    if (stage?.freezeAdapter)
      for (const name of ADAPTER) {
        next.params[name] = state.params[name].ref;
        next.moves[name] = state.moves[name].ref;
      }
    return [{ ...next, before: refs(state.before) }, value] as const;
  };
  return (state: State, batch: StepBatch) => (vmap(one as never) as unknown as typeof one)(state, batch);
}

function initialLossOf(params: ArrayMap, batch: StepBatch): TracedArray {
  const features = adapt(adapterOf(params), batch.x);
  const logits = cosineLogits(params.heads, features);
  return initialLoss({ logits, projected: project(params, features) }, batch.targets, batch.old, batch.tauT).loss;
}

function stageLossOf(params: ArrayMap, before: ArrayMap, batch: StepBatch, { weights }: StageOptions): TracedArray {
  const features = adapt(adapterOf(params), batch.x);
  const needsBefore = weights.distil !== 0 || weights.lwf !== 0;
  const featuresBefore = needsBefore ? adapt(adapterOf(before), batch.x) : undefined;
  return stageLoss(
    {
      logits: cosineLogits(params.heads, features),
      features,
      featuresBefore,
      logitsBefore: weights.lwf !== 0 && featuresBefore ? cosineLogits(before.heads, featuresBefore) : undefined,
      projected: weights.contrast !== 0 ? project(params, features) : undefined,
      replayLogits: weights.replay !== 0 ? cosineLogits(params.heads, batch.replay) : undefined,
      replayTargets: batch.targets,
    },
    { old: batch.old, fresh: batch.fresh },
    weights,
  ).loss;
}

function adapterOf({ up, upBias, down }: ArrayMap): Adapter<TracedArray> {
  return { up, upBias, down };
}

function project({ projection, projectionBias }: ArrayMap, features: TracedArray): TracedArray {
  return np.matmul(features.ref, np.transpose(projection.ref)).add(projectionBias.ref);
}

function refs(map: ArrayMap): ArrayMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value.ref]));
}

/** The state of all lanes: given weights, a projection drawn anew (§2.4.2), no velocity. Zeros where nothing is given. */
function stateOf(shape: Shape, start: readonly Weights[], rngs: readonly Rng[] | undefined) {
  const { lanes, width, hidden, projection, mostClasses } = shape;
  const still = (dims: readonly number[]) => zeros([lanes, ...dims]) as FloatTensor;
  const before = {
    up: still([hidden, width]),
    upBias: still([hidden]),
    down: still([width, hidden]),
    heads: still([mostClasses, width]),
  };
  const drawn = { projection: still([projection, width]), projectionBias: still([projection]) };
  before.heads.data.fill(1); // heads that are not there have a length too, or their direction is not a number
  start.forEach(({ adapter, heads }, lane) => {
    for (const name of ADAPTER) laneOf(before[name], lane).set(adapter[name].data as Float32Array);
    laneOf(before.heads, lane).set(heads.data);
  });
  rngs?.forEach((rng, lane) => {
    laneOf(drawn.projection, lane).set(fanInUniform(rng, [projection, width]).data as Float32Array);
    laneOf(drawn.projectionBias, lane).set(fanInUniform(rng, [projection], width).data as Float32Array);
  });
  const params = { ...before, ...drawn };
  const moves = Object.fromEntries(Object.entries(params).map(([name, { shape: dims }]) => [name, zeros(dims)]));
  return { params, moves, before };
}

type FloatTensor = Tensor & { data: Float32Array };

function laneOf({ data, shape }: FloatTensor, lane: number): Float32Array {
  const size = data.length / shape[0];
  return data.subarray(lane * size, (lane + 1) * size);
}

function weightsOf(
  shape: Shape,
  { params }: { params: Record<string, FloatTensor> },
  start: readonly Weights[],
): Weights[] {
  const { width, hidden } = shape;
  return start.map(({ heads }, lane) => {
    const of = (name: string, dims: readonly number[]) => tensor(laneOf(params[name], lane).slice(), dims);
    return {
      adapter: { up: of('up', [hidden, width]), upBias: of('upBias', [hidden]), down: of('down', [width, hidden]) },
      heads: unitRows(rows(heads.count, width, laneOf(params.heads, lane).subarray(0, heads.count * width))),
    };
  });
}
