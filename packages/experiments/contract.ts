import type { ExecutorName } from '@broadsheet/engine';
import type { TrainingReport } from '@broadsheet/engine/report';

/**
 * What an experiment is. One folder a paper exports one `Experiment`; the runner, the command and the lab page know
 * nothing else of it. Everything that leaves it is plain JSON.
 */
export interface Experiment {
  /** The name of its method and of its folder, e.g. 'connectivity'. */
  readonly id: string;
  readonly paper: PaperFacts;
  /** What it asks, in one sentence of ours. */
  readonly question: string;
  readonly parameters: readonly Parameter[];
  /** At which sizes it can be run, and what each is. */
  readonly sizes: Readonly<Partial<Record<Size, SizeFacts>>>;
  readonly claims: readonly Claim[];
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
  /**
   * The parts of a run that do not need each other (a task, an arm, an initialisation), in the order of running.
   * The runner stores each finished part of each batch of seeds, so that a killed run goes on where it was.
   * Without it a run has the one part 'all'.
   */
  parts?(parameters: ParameterValues): readonly string[];
  /**
   * Runs one part for some seeds, trained together where that pays. A seed's values do not depend on which others ran
   * beside it, beyond float tolerance. Stops soon after `context.signal` is aborted, by throwing its reason.
   */
  run(context: RunContext, parameters: ParameterValues, seeds: readonly number[], part: string): Promise<PartOutcome[]>;
  /** How long a part takes against the others (1 unless told): what the time left is reckoned by. */
  cost?(parameters: ParameterValues, part: string): number;
  /**
   * The measures of one seed, by name, out of its values in every part; null is "not measured here". Also called while
   * parts are still missing from `values`.
   */
  measures(parameters: ParameterValues, values: ReadonlyMap<string, SeedValues>): Measures;
  /** What can be said only over all seeds: a table of effects with their p values, a closed form to draw. */
  summary?(parameters: ParameterValues, outcomes: readonly SeedOutcome[]): Summary;
}

export interface Summary {
  readonly points: readonly Point[];
  readonly rows: readonly Row[];
  /** What has to be read before anything else of this run, e.g. that a simple baseline does as well. */
  readonly headline?: string;
}

/** live: in a browser on two cores; full: minutes on a server; paper: the paper's own scale. */
export type Size = 'live' | 'full' | 'paper';
export const SIZES: readonly Size[] = ['live', 'full', 'paper'];

export interface PaperFacts {
  readonly arXivId: string;
  readonly title: string;
}

export interface SizeFacts {
  /** 'N = 50, two ranks, 10 seeds: seconds'. */
  readonly label: string;
  readonly seeds: number;
  /** Seeds that one call of `run` takes at most; they share its memory. */
  readonly seedsTogether: number;
}

/** A number, a choice, or a list of whole numbers. Ranges hold in page, command and API alike. */
export type Parameter = NumberParameter | ChoiceParameter | ListParameter;
export type ParameterValue = number | string | readonly number[];
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

interface ParameterFacts<V> {
  readonly key: string;
  readonly label: string;
  /** What it does to the result, in one sentence. */
  readonly help: string;
  readonly defaults: Readonly<Partial<Record<Size, V>>> & { readonly live: V };
  /** Shown as a control on the page; the others are listed and set by the command and the API. */
  readonly isControl: boolean;
}
export interface NumberParameter extends ParameterFacts<number> {
  readonly kind: 'integer' | 'real';
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly scale?: 'linear' | 'log';
  readonly unit?: string;
}
export interface ChoiceParameter extends ParameterFacts<string> {
  readonly kind: 'choice';
  readonly options: readonly { readonly value: string; readonly label: string }[];
}
export interface ListParameter extends ParameterFacts<readonly number[]> {
  readonly kind: 'integers';
  readonly min: number;
  readonly max: number;
  readonly mostItems: number;
}

/** What the host gives a run. Nothing else of the outside reaches it. */
export interface RunContext {
  readonly executor: ExecutorName;
  readonly threads: number;
  readonly signal: AbortSignal;
  emit(event: RunEvent): void;
  /** Bytes that the host holds by name: the text of papers, weights. Rejects with a clear error where it has none. */
  data(name: string): Promise<Uint8Array>;
}

export type RunEvent =
  /** `done` of `total` units of work of this call; `label` in words ('2AF, rank 1, iteration 400'). */
  | { readonly type: 'progress'; readonly done: number; readonly total: number; readonly label: string }
  | ({ readonly type: 'point' } & Point)
  | ({ readonly type: 'row' } & Row)
  | ({ readonly type: 'report' } & AttachedReport);

/** One value of one series of one figure; with a seed, a thin line of that seed. */
export interface Point {
  readonly figure: string;
  readonly series: string;
  readonly x: number;
  readonly y: number;
  readonly seed?: number;
}
export type Cell = string | number | null;
export interface Row {
  readonly table: string;
  readonly cells: Readonly<Record<string, Cell>>;
}
/** The training report of one seed's run; `series` names the run ('2AF, rank 1'). */
export interface AttachedReport {
  readonly seed: number;
  readonly series: string;
  readonly report: TrainingReport;
}

/** Raw values of a seed in one part; `measures` makes measures of them. */
export type SeedValues = Readonly<Record<string, number | null>>;
export interface PartOutcome {
  readonly seed: number;
  readonly values: SeedValues;
  /** Why this seed ended early (diverged at iteration 312); its values are then what was known. */
  readonly failure?: string;
}
export type Measures = Readonly<Record<string, number | null>>;

/**
 * A statement that a run can show to be wrong: the interval of `measure` over seeds against `threshold`.
 * 'above': supported when the whole interval is above; 'below' likewise; 'within': the whole interval lies in ± threshold.
 */
export interface Claim {
  readonly id: string;
  /** In plain words: 'Nets that start with full rank change their kernel less than nets that start with rank 1.' */
  readonly statement: string;
  /** What the paper says, in our words, and where; with its own figure if it gives one. */
  readonly paper: { readonly says: string; readonly where: string; readonly value?: number };
  readonly measure: string;
  /** What the measure is, for a reader: 'TKA of full rank minus TKA of rank 1'. */
  readonly measureLabel: string;
  readonly unit?: string;
  readonly comparison: 'above' | 'below' | 'within';
  readonly threshold: number;
  /** The sizes whose runs test it; at others it is 'not run'. */
  readonly sizes: readonly Size[];
}

export interface Axis {
  readonly label: string;
  readonly unit?: string;
  readonly scale?: 'linear' | 'log';
  /** Names of whole-numbered places, for an axis of categories. */
  readonly categories?: readonly string[];
}
/**
 * lines: x runs on, thin lines are seeds, the thick one their mean, the band its 95 % interval;
 * dots: few x, each with the mean and its interval; scatter: one mark a point; matrix: y rows, x columns, series the shade.
 */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly kind: 'lines' | 'dots' | 'scatter' | 'matrix';
  readonly x: Axis;
  readonly y: Axis;
  /** The paper's own values, drawn as hollow marks. */
  readonly paperPoints?: readonly Point[];
  /** Curves known in closed form, drawn dashed, are points of a series named here. */
  readonly closedForm?: readonly string[];
}
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly { readonly key: string; readonly label: string; readonly unit?: string }[];
}

/** supported, not supported; inconclusive: the interval touches the threshold, or fewer than 10 seeds; not run. */
export type VerdictWord = 'supported' | 'not supported' | 'inconclusive' | 'not run';
export interface Verdict {
  readonly claim: string;
  readonly verdict: VerdictWord;
  /** Null where fewer than two seeds have the measure. */
  readonly interval: { readonly mean: number; readonly low: number; readonly high: number } | null;
  readonly seeds: number;
  /** Seeds that ended early or lack the measure: counted here, never left out in silence. */
  readonly failedSeeds: number;
  /** Written out as one would say it. */
  readonly sentence: string;
}

/** A finished run: plain JSON, the same from page, server and command. */
export interface RunResult {
  readonly format: 1;
  readonly experiment: string;
  readonly size: Size;
  readonly parameters: ParameterValues;
  readonly seeds: readonly number[];
  readonly executor: ExecutorName;
  /** 'onnxruntime-node 1.30, 2 threads' and what it ran on; not hashed. */
  readonly executorDescription: string;
  readonly threads: number;
  /** Content hash of the sources of engine, method, data sets and this experiment. */
  readonly sourcesHash: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly outcomes: readonly SeedOutcome[];
  readonly verdicts: readonly Verdict[];
  readonly points: readonly Point[];
  readonly rows: readonly Row[];
  readonly reports: readonly AttachedReport[];
  readonly headline?: string;
  /** SHA-256 over experiment, size, parameters, seeds, outcomes, executor and sourcesHash, as hex. */
  readonly hash: string;
}
export interface SeedOutcome {
  readonly seed: number;
  readonly measures: Measures;
  readonly failures: readonly string[];
}
