import { type MatrixLike, singularValues } from '../linalg/index.ts';
import { kernelAlignment, kernelTargetAlignment, representationAlignment, signSimilarity } from './alignment.ts';
import { type WeightChange, weightChange } from './change.ts';
import { type EffectiveRanks, effectiveRanks, participationRatio } from './ranks.ts';

/**
 * What is kept of a network at one moment. Weights are copied by whoever takes the snapshot; the probe (inputs and
 * kernel rows) is drawn before training and must be the same in both, which `probeHash` proves.
 */
export interface Snapshot {
  weights: Record<string, { data: ArrayLike<number>; shape: readonly number[] }>;
  probeHash: string;
  /** Activations [samples, units] on the probe. */
  representation?: MatrixLike;
  /** Tangent kernel [rows, rows] on the probe's rows. */
  kernel?: MatrixLike;
  loss?: number;
  accuracy?: number;
}

/** Plain JSON. Numbers that could not be had are null, and `caveats` says why. */
export interface TrainingReport {
  initialRanks: Record<string, EffectiveRanks>;
  weightChange: Record<string, WeightChange>;
  /** Effective rank (participation ratio) of the update of each matrix: how many directions were learnt. */
  updateParticipation: Record<string, number | null>;
  representationAlignment: { raw: number | null; centred: number | null; signSimilarity: number | null };
  tangentKernelAlignment: number | null;
  kernelTargetAlignment: { before: number | null; after: number | null };
  loss: { before: number | null; after: number | null };
  accuracy: { before: number | null; after: number | null };
  /** 1 − tangent-kernel alignment: 0 lazy, 1 rich. Null without kernels. */
  position: number | null;
  /** Where the position lies among runs of the same network with outputs scaled; null without a ruler. */
  onRuler: { scale: number; position: number }[] | null;
  finding: string;
  caveats: string[];
  probeHash: string;
}

export interface ReportOptions {
  /** One value per kernel row: the target the outputs should move to. */
  target?: ArrayLike<number>;
  /** The same network trained with its output scaled by a, learning rate by 1/a²: large a is lazier. */
  ruler?: { scale: number; tangentKernelAlignment: number }[];
}

const LIKELY_DIVERGED = 1e6; // weights a million times their start: no training ends there on purpose

/**
 * Says how rich or lazy a training run was, from a snapshot before and one after.
 * Measures: Liu et al. 2023, arXiv 2310.08513; the position says how much changed, never why.
 * @throws {RangeError} when the snapshots are of different probes or networks
 */
export function trainingReport(before: Snapshot, after: Snapshot, options: ReportOptions = {}): TrainingReport {
  if (before.probeHash !== after.probeHash)
    throw new RangeError(
      `trainingReport: the probe before is ${before.probeHash}, after ${after.probeHash}; take both snapshots on the same inputs and rows.`,
    );
  const names = Object.keys(before.weights);
  const missing = names.filter((name) => !(name in after.weights));
  if (missing.length > 0) throw new RangeError(`trainingReport: no weights after training for ${missing.join(', ')}.`);

  const caveats: string[] = [];
  const matrices = names.filter((name) => before.weights[name].shape.length === 2);
  const finite = names.filter((name) => allFinite(after.weights[name].data) && allFinite(before.weights[name].data));
  const broken = names.filter((name) => !finite.includes(name));
  if (broken.length > 0) caveats.push(`Diverged: ${broken.join(', ')} hold values that are not finite.`);

  const changes = Object.fromEntries(
    finite.map((name) => [name, weightChange(before.weights[name].data, after.weights[name].data)]),
  );
  for (const [name, change] of Object.entries(changes))
    if ((change.relative ?? 0) > LIKELY_DIVERGED)
      caveats.push(`Diverged: ${name} grew ${change.relative?.toExponential(1)} times.`);

  const alignment = alignmentOf(before, after, caveats);
  const tka = before.kernel && after.kernel ? guarded(() => kernelAlignment(before.kernel!, after.kernel!)) : null;
  if (before.kernel && tka === null)
    caveats.push('No tangent-kernel alignment: a kernel is zero or not finite (a dead network?).');
  if (!before.kernel || !after.kernel)
    caveats.push('No tangent kernel was taken, so the run has no place on the axis.');
  if (tka !== null && alignment.raw !== null && Math.abs(tka - alignment.raw) > 0.5)
    caveats.push('Representation and kernel disagree by more than 0.5: read both numbers.');
  if (before.loss !== undefined && after.loss !== undefined && !(after.loss < before.loss))
    caveats.push(`The loss did not fall (${before.loss} → ${after.loss}): little change here is no sign of laziness.`);

  const position = tka === null ? null : 1 - tka;
  return {
    initialRanks: Object.fromEntries(
      matrices
        .filter((name) => allFinite(before.weights[name].data))
        .map((name) => [name, effectiveRanks(before.weights[name])]),
    ),
    weightChange: changes,
    updateParticipation: Object.fromEntries(
      matrices
        .filter((name) => finite.includes(name))
        .map((name) => [name, updateRank(before.weights[name], after.weights[name])]),
    ),
    representationAlignment: alignment,
    tangentKernelAlignment: tka,
    kernelTargetAlignment: {
      before: options.target && before.kernel ? kernelTargetAlignment(before.kernel, options.target) : null,
      after:
        options.target && after.kernel && tka !== null ? kernelTargetAlignment(after.kernel, options.target) : null,
    },
    loss: { before: before.loss ?? null, after: after.loss ?? null },
    accuracy: { before: before.accuracy ?? null, after: after.accuracy ?? null },
    position,
    onRuler: options.ruler
      ? options.ruler.map(({ scale, tangentKernelAlignment }) => ({ scale, position: 1 - tangentKernelAlignment }))
      : null,
    finding: describe(position, options.ruler !== undefined),
    caveats,
    probeHash: before.probeHash,
  };
}

/** A short hash (FNV-1a, 64 bits in two lanes) of probe inputs and rows, to prove two snapshots saw the same. */
export function hashProbe(...parts: ArrayLike<number>[]): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (const part of parts) {
    const bytes = new Uint8Array(Float64Array.from(part).buffer);
    for (const byte of bytes) {
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x85ebca6b) + 1;
    }
    low = Math.imul(low ^ part.length, 0x01000193);
  }
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

function alignmentOf(before: Snapshot, after: Snapshot, caveats: string[]): TrainingReport['representationAlignment'] {
  const [a, b] = [before.representation, after.representation];
  if (!a || !b) return { raw: null, centred: null, signSimilarity: null };
  if (!allFinite(b.data)) {
    caveats.push('Diverged: the representation after training is not finite.');
    return { raw: null, centred: null, signSimilarity: null };
  }
  return {
    raw: representationAlignment(a, b),
    centred: representationAlignment(a, b, { centred: true }),
    signSimilarity: signSimilarity(a, b),
  };
}

function updateRank(before: MatrixLike, after: MatrixLike): number | null {
  const update = Float64Array.from(before.data, (value, i) => after.data[i] - value);
  // Not effectiveRanks: the eigenvalues of an update say nothing and take ten times as long.
  return participationRatio(singularValues({ data: update, shape: before.shape }).map((value) => value ** 2));
}

// The words' limits, 0.1 and 0.5, are a choice of ours and rest on no measurement.
function describe(position: number | null, hasRuler: boolean): string {
  if (position === null) return 'How far this run is from lazy training could not be measured.';
  const words = position < 0.1 ? 'hardly' : position < 0.5 ? 'moderately' : 'a lot';
  const place = `The features moved ${words} (tangent-kernel alignment ${(1 - position).toFixed(2)}).`;
  return hasRuler
    ? place
    : `${place} Compare with earlier runs of the same configuration; across architectures the number means little.`;
}

function guarded(measure: () => number | null): number | null {
  const value = measure();
  return value === null || Number.isFinite(value) ? value : null;
}

function allFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
}
