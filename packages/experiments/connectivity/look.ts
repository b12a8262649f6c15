import { oneHot, type Trials } from '@broadsheet/datasets/neuro-tasks';
import type { Tensor } from '@broadsheet/engine';
import {
  effectiveRanks,
  hashProbe,
  kernelAlignment,
  representationAlignment,
  type Snapshot,
  signSimilarity,
  weightChange,
} from '@broadsheet/engine/report';
import type { ProbeProgram } from './programs.ts';
import type { Stacked } from './stacked.ts';

/** One network at one moment, as the probe trials show it. */
export interface Look {
  /** States of the last step, [trials, N]. */
  readonly states: Tensor;
  /** Tangent kernels of the recurrent and of all weights, on the first trials. */
  readonly recurrent: Tensor;
  readonly all: Tensor;
  /** Mean cross-entropy over all labels. */
  readonly loss: number;
  /** Share of right decisions: 7 of 8 labels are 0 and say nothing. */
  readonly accuracy: number;
}

export async function lookAt(program: ProbeProgram, net: Stacked, probe: Trials): Promise<Look> {
  const { states, logits } = await program.activity(net);
  return { states, ...(await program.kernels(net)), ...scoreOf(logits, probe) };
}

/** What training changed, by the names that measures use. */
export function changeValues(was: Stacked, is: Stacked, before: Look, after: Look): Record<string, number | null> {
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

/** What a start is: effective ranks, spectral radius, norms. */
export function startValues(wh: Tensor): Record<string, number | null> {
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

/** A look as the training report takes it. */
export function snapshotOf({ wx, wh, wo }: Stacked, look: Look, probe: Trials): Snapshot {
  return {
    weights: { input: wx, recurrent: wh, output: wo },
    probeHash: hashProbe(probe.inputs),
    representation: look.states,
    kernel: look.recurrent,
    loss: look.loss,
    accuracy: look.accuracy,
  };
}

/** One-hot targets of the kernel's rows (t, b, k), less their mean over classes. */
export function centredTarget({ steps, batch, labels }: Trials, count: number): Float32Array {
  const few = new Uint8Array(steps * count);
  for (let t = 0; t < steps; t++) few.set(labels.subarray(t * batch, t * batch + count), t * count);
  const target = oneHot(few);
  const classes = target.length / few.length;
  return target.map((value) => value - 1 / classes);
}

export function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ** 2;
  return Math.sqrt(sum / values.length);
}

/** Null where a number is not finite: a diverged network has no alignment. */
export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

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
