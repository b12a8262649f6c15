import {
  type Confirmation,
  defaultOf,
  type Experiment,
  type RunResult,
  type Size,
  type Verdict,
} from '@broadsheet/experiments';

/** What a page knows of an experiment before any of its code is loaded: plain JSON, written into the page. */
export type LabFacts = Pick<
  Experiment,
  'id' | 'paper' | 'question' | 'parameters' | 'sizes' | 'claims' | 'figures' | 'tables'
>;

export function factsOf(experiment: Experiment): LabFacts {
  const { id, paper, question, parameters, sizes, claims, figures, tables } = experiment;
  return { id, paper, question, parameters, sizes, claims, figures, tables };
}

/** A run that a page shows, and where it comes from. */
export interface ShownRun {
  readonly result: RunResult;
  /** Its address among stored runs; undefined for one that only this page holds. */
  readonly id?: string;
  readonly origin: 'recorded' | 'server' | 'browser';
  /** The code that made it has changed since, and nothing has confirmed it. */
  readonly isStale: boolean;
  /** Parts that the code of today ran again with the same outcome, where it is not the code that made it. */
  readonly confirmation?: Confirmation;
}

/** What is kept of the recorded run beside the reader's own: enough to compare claims. */
export interface RecordedVerdicts {
  readonly id: string;
  readonly size: Size;
  readonly seeds: number;
  readonly verdicts: readonly Verdict[];
}

/** One of several recorded runs, as a link says it. */
export interface RecordLink {
  readonly id: string;
  readonly size: Size;
  /** What sets it apart: 'papers by category'. Empty where nothing but the size does. */
  readonly label: string;
  readonly supported: number;
  readonly tested: number;
}

/** The recorded runs of an experiment in few words, told apart by the choices that are not their size's own in all of them. */
export function recordLinks(
  facts: Pick<LabFacts, 'parameters'>,
  runs: readonly { readonly id: string; readonly result: RunResult }[],
): RecordLink[] {
  const differing = facts.parameters.filter(
    (parameter) =>
      parameter.kind === 'choice' &&
      runs.some(({ result }) => result.parameters[parameter.key] !== defaultOf(parameter, result.size)),
  );
  return runs.map(({ id, result }) => {
    const words = differing.flatMap((parameter) =>
      parameter.kind === 'choice'
        ? parameter.options.filter(({ value }) => value === result.parameters[parameter.key]).map(({ label }) => label)
        : [],
    );
    const tested = result.verdicts.filter(({ verdict }) => verdict !== 'not run');
    const supported = tested.filter(({ verdict }) => verdict === 'supported').length;
    return { id, size: result.size, label: words.join(', '), supported, tested: tested.length };
  });
}

/** What may be asked of the server, and why not where it may not. */
export interface ServerRuns {
  readonly isOn: boolean;
  readonly sizes: readonly Size[];
}

export const SIZE_WORDS: Readonly<Record<Size, string>> = {
  live: 'live',
  full: 'full',
  paper: 'the paper’s own scale',
};
