import type { Trials } from '@broadsheet/datasets/neuro-tasks';
import type { Tensor } from '@broadsheet/engine';
import { eigenvalues } from '@broadsheet/engine/linalg';
import { kernelAlignment, kernelTargetAlignment, trainingReport } from '@broadsheet/engine/report';
import type { PartOutcome, RunContext, SeedValues } from '../contract.ts';
import type { Arm } from './arms.ts';
import { figureOf } from './figures.ts';
import {
  centredTarget,
  changeValues,
  finite,
  type Look,
  lookAt,
  rootMeanSquare,
  snapshotOf,
  startValues,
} from './look.ts';
import type { Settings } from './parameters.ts';
import type { ProbeProgram } from './programs.ts';
import { netOf, type Stacked } from './stacked.ts';

/** An arm that is trained for some seeds. */
export interface ArmRun {
  readonly context: RunContext;
  readonly settings: Settings;
  readonly seeds: readonly number[];
  readonly arm: Arm;
}

/** Looks at the networks of an arm before, while and after they are trained. */
export interface Observer {
  /** Mean losses since the last call; a seed whose loss is not finite or above `limit` has diverged. */
  losses(iteration: number, losses: Float64Array, limit: number): void;
  checkpoint(iteration: number, weights: Stacked): Promise<void>;
  allDiverged(): boolean;
  finish(after: Stacked): Promise<PartOutcome[]>;
}

interface SeedState {
  readonly seed: number;
  readonly before: Look;
  readonly values: Record<string, number | null>;
  failure: string | undefined;
  loss: number;
}

export async function createObserver(
  run: ArmRun,
  { probe, program, before }: { probe: Trials; program: ProbeProgram; before: Stacked },
): Promise<Observer> {
  const { context, settings, seeds, arm } = run;
  const target = centredTarget(probe, settings.probeTrials);
  const states: SeedState[] = [];
  for (const [i, seed] of seeds.entries()) {
    context.signal.throwIfAborted();
    const net = netOf(before, i);
    const first = await lookAt(program, net, probe);
    const values: Record<string, number | null> = {
      rms: rootMeanSquare(first.states.data),
      lossBefore: first.loss,
      ktaBefore: kernelTargetAlignment(first.recurrent, target),
    };
    if (describesStarts(run)) Object.assign(values, startValues(net.wh));
    states.push({ seed, before: first, values, failure: undefined, loss: Number.NaN });
  }
  if (describesStarts(run)) drawEigenvalues(run, netOf(before, 0).wh, seeds[0]);
  let checkpoints = 0;

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
        state.values[`at.${checkpoints}.tka`] = tka;
        state.values[`at.${checkpoints}.loss`] = state.loss;
        draw(figureOf.trajectory(arm.task), state.seed, iteration, tka);
      }
      checkpoints++;
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
        const last = await lookAt(program, is, probe);
        const values: SeedValues = {
          ...state.values,
          ...changeValues(was, is, state.before, last),
          loss: state.loss,
          accuracy: last.accuracy,
          ktaAfter: kernelTargetAlignment(last.recurrent, target),
        };
        outcomes.push({ seed: state.seed, values });
        drawOutcome(run, state.seed, values);
        draw(figureOf.trajectory(arm.task), state.seed, settings.iterations, values.tka);
        if (i > 0) continue; // one seed's report is enough to read, and costs little
        const snapshots = [snapshotOf(was, state.before, probe), snapshotOf(is, last, probe)] as const;
        const report = trainingReport(...snapshots, { target });
        context.emit({ type: 'report', seed: state.seed, series: `${arm.task}, ${arm.name}`, report });
      }
      return outcomes;
    },
  };
}

/** Facts of a start are the same for every task: only the first one measures them. */
function describesStarts({ settings, arm }: ArmRun): boolean {
  return arm.rank === null || arm.task === settings.tasks[0];
}

function drawEigenvalues({ context, arm }: ArmRun, wh: Tensor, seed: number): void {
  const { real, imaginary } = eigenvalues(wh);
  for (let i = 0; i < real.length; i++)
    context.emit({ type: 'point', figure: 'eigenvalues', series: arm.name, x: real[i], y: imaginary[i], seed });
}

function drawOutcome(run: ArmRun, seed: number, values: SeedValues): void {
  const { context, arm } = run;
  const point = (figure: string, series: string, x: number | null | undefined, y: number | null) => {
    if (x !== null && x !== undefined && y !== null) context.emit({ type: 'point', figure, series, x, y, seed });
  };
  if (arm.rank !== null) {
    point('tka-rank', arm.task, arm.rank, values.tka);
    point('ra-rank', arm.task, arm.rank, values.ra);
    point('dw-rank', arm.task, arm.rank, values.dW);
  }
  if (describesStarts(run)) point('tka-sv', arm.name, values.sv, values.tka);
}

function allFinite(weights: Stacked): boolean {
  return [weights.wx, weights.wh, weights.wo].every(({ data }) => data.every(Number.isFinite));
}
