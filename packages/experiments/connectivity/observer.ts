import { oneHot, type Trials } from '@broadsheet/datasets/neuro-tasks';
import type { Tensor } from '@broadsheet/engine';
import { eigenvalues } from '@broadsheet/engine/linalg';
import {
  effectiveRanks,
  hashProbe,
  kernelAlignment,
  kernelTargetAlignment,
  representationAlignment,
  type Snapshot,
  signSimilarity,
  trainingReport,
  weightChange,
} from '@broadsheet/engine/report';
import type { PartOutcome, RunContext, SeedValues } from '../contract.ts';
import type { Arm } from './arms.ts';
import { figureOf } from './figures.ts';
import type { Settings } from './parameters.ts';
import type { ProbeProgram } from './programs.ts';
import { netOf, type Stacked } from './stacked.ts';

/** Looks at the networks of an arm before, while and after they are trained. */
export interface Observer {
  /** Mean losses of the last window; a seed whose loss is not finite or above `limit` has diverged. */
  losses(iteration: number, losses: Float64Array, limit: number): void;
  checkpoint(iteration: number, weights: Stacked): Promise<void>;
  allDiverged(): boolean;
  finish(after: Stacked): Promise<PartOutcome[]>;
}

interface Look {
  states: Tensor;
  recurrent: Tensor;
  all: Tensor;
  loss: number;
  accuracy: number;
}

interface SeedState {
  readonly seed: number;
  readonly before: Look;
  readonly values: Record<string, number | null>;
  failure: string | undefined;
  loss: number;
}

export async function createObserver(given: {
  context: RunContext;
  settings: Settings;
  seeds: readonly number[];
  arm: Arm;
  probe: Trials;
  program: ProbeProgram;
  before: Stacked;
}): Promise<Observer> {
  const { context, settings, seeds, arm, probe, program, before } = given;
  const target = centredTarget(probe, settings.probeTrials);
  const look = async (weights: Stacked): Promise<Look> => {
    const { states, logits } = await program.activity(weights);
    const kernels = await program.kernels(weights);
    return { states, ...kernels, ...scoreOf(logits, probe) };
  };
  const states: SeedState[] = [];
  for (const [i, seed] of seeds.entries()) {
    context.signal.throwIfAborted();
    const net = netOf(before, i);
    const first = await look(net);
    const values: Record<string, number | null> = {
      rms: rootMeanSquare(first.states.data),
      lossBefore: first.loss,
      ktaBefore: kernelTargetAlignment(first.recurrent, target),
    };
    if (describesStarts(settings, arm)) Object.assign(values, startValues(net.wh));
    states.push({ seed, before: first, values, failure: undefined, loss: Number.NaN });
  }
  if (describesStarts(settings, arm)) drawEigenvalues(context, arm, netOf(before, 0).wh, seeds[0]);

  const draw = (figure: string, seed: number, x: number, y: number | null) => {
    if (y !== null && Number.isFinite(y)) context.emit({ type: 'point', figure, series: arm.name, x, y, seed });
  };
  return {
    losses(iteration, losses, limit) {
      states.forEach((state, i) => {
        if (state.failure) return;
        state.loss = losses[i];
        if (!(losses[i] <= limit))
          state.failure = `diverged before iteration ${iteration} (loss ${losses[i].toPrecision(3)})`;
        else draw(figureOf.loss(arm.task), state.seed, iteration, losses[i]);
      });
    },
    async checkpoint(iteration, weights) {
      for (const [i, state] of states.entries()) {
        if (state.failure) continue;
        context.signal.throwIfAborted();
        const { recurrent } = await program.kernels(netOf(weights, i));
        const tka = finite(kernelAlignment(state.before.recurrent, recurrent));
        const n = Object.keys(state.values).filter((key) => key.startsWith('at.')).length / 2;
        state.values[`at.${n}.tka`] = tka;
        state.values[`at.${n}.loss`] = state.loss;
        draw(figureOf.trajectory(arm.task), state.seed, iteration, tka);
      }
    },
    allDiverged: () => states.every((state) => state.failure),
    async finish(after) {
      const outcomes: PartOutcome[] = [];
      for (const [i, state] of states.entries()) {
        context.signal.throwIfAborted();
        const [was, is] = [netOf(before, i), netOf(after, i)];
        if (!state.failure && !allFinite(is)) state.failure = 'diverged: weights are not finite';
        if (state.failure) {
          outcomes.push({ seed: state.seed, values: state.values, failure: state.failure });
          continue;
        }
        const last = await look(is);
        const values: SeedValues = {
          ...state.values,
          ...changeValues(was, is, state.before, last),
          loss: state.loss,
          accuracy: last.accuracy,
          ktaAfter: kernelTargetAlignment(last.recurrent, target),
        };
        outcomes.push({ seed: state.seed, values });
        drawOutcome(context, settings, arm, state.seed, values);
        draw(figureOf.trajectory(arm.task), state.seed, settings.iterations, values.tka);
        if (i === 0)
          attachReport(given, state.seed, snapshotOf(was, state.before, probe), snapshotOf(is, last, probe), target);
      }
      return outcomes;
    },
  };
}

function changeValues(was: Stacked, is: Stacked, before: Look, after: Look): Record<string, number | null> {
  const change = weightChange(was.wh.data, is.wh.data);
  return {
    tka: finite(kernelAlignment(before.recurrent, after.recurrent)),
    tkaAll: finite(kernelAlignment(before.all, after.all)),
    ra: finite(representationAlignment(before.states, after.states)),
    raCentred: finite(representationAlignment(before.states, after.states, { centred: true })),
    sign: signSimilarity(before.states, after.states),
    dW: change.absolute,
    dWRelative: change.relative,
    dWx: weightChange(was.wx.data, is.wx.data).absolute,
    dWo: weightChange(was.wo.data, is.wo.data).absolute,
  };
}

/** Facts of a start are the same for every task: only the first one measures them. */
function describesStarts({ tasks }: Settings, arm: Arm): boolean {
  return arm.rank === null || arm.task === tasks[0];
}

function startValues(wh: Tensor): Record<string, number | null> {
  const ranks = effectiveRanks(wh);
  return {
    er: ranks.eigen,
    sv: ranks.singular,
    stable: ranks.stable,
    participation: ranks.participation,
    rho: ranks.spectralRadius,
    s1: ranks.operatorNorm,
    fro: ranks.frobenius,
  };
}

function drawEigenvalues(context: RunContext, arm: Arm, wh: Tensor, seed: number): void {
  const { real, imaginary } = eigenvalues(wh);
  for (let i = 0; i < real.length; i++)
    context.emit({ type: 'point', figure: 'eigenvalues', series: arm.name, x: real[i], y: imaginary[i], seed });
}

function drawOutcome(context: RunContext, settings: Settings, arm: Arm, seed: number, values: SeedValues): void {
  const point = (figure: string, series: string, x: number | null | undefined, y: number | null) => {
    if (x !== null && x !== undefined && y !== null) context.emit({ type: 'point', figure, series, x, y, seed });
  };
  if (arm.rank !== null) {
    point('tka-rank', arm.task, arm.rank, values.tka);
    point('ra-rank', arm.task, arm.rank, values.ra);
    point('dw-rank', arm.task, arm.rank, values.dW);
  }
  if (describesStarts(settings, arm)) point('tka-sv', arm.name, values.sv, values.tka);
}

function attachReport(
  { context, arm }: { context: RunContext; arm: Arm },
  seed: number,
  before: Snapshot,
  after: Snapshot,
  target: Float32Array,
): void {
  const report = trainingReport(before, after, { target });
  context.emit({ type: 'report', seed, series: `${arm.task}, ${arm.name}`, report });
}

function snapshotOf({ wx, wh, wo }: Stacked, look: Look, probe: Trials): Snapshot {
  return {
    weights: { input: wx, recurrent: wh, output: wo },
    probeHash: hashProbe(probe.inputs),
    representation: look.states,
    kernel: look.recurrent,
    loss: look.loss,
    accuracy: look.accuracy,
  };
}

/** Mean cross-entropy over all labels, and the share of right decisions: 7 of 8 labels are 0 and say nothing. */
function scoreOf(logits: Tensor, { labels, batch }: Trials): { loss: number; accuracy: number } {
  const outputs = logits.shape[1];
  let loss = 0;
  let right = 0;
  labels.forEach((label, row) => {
    const of = logits.data.subarray(row * outputs, (row + 1) * outputs);
    const highest = Math.max(...of);
    let total = 0;
    for (const z of of) total += Math.exp(z - highest);
    loss -= (of[label] - highest - Math.log(total)) / labels.length;
    if (row >= labels.length - batch && of[label] === highest) right++;
  });
  return { loss, accuracy: right / batch };
}

/** One-hot targets of the kernel's rows (t, b, k), less their mean over classes. */
function centredTarget(probe: Trials, count: number): Float32Array {
  const { steps, batch, labels } = probe;
  const few = new Uint8Array(steps * count);
  for (let t = 0; t < steps; t++) few.set(labels.subarray(t * batch, t * batch + count), t * count);
  const target = oneHot(few);
  const classes = target.length / few.length;
  return target.map((value) => value - 1 / classes);
}

function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum / values.length);
}

function allFinite(weights: Stacked): boolean {
  return [weights.wx, weights.wh, weights.wo].every(({ data }) => data.every(Number.isFinite));
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
