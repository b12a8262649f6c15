import { type Check, type CheckResult, type DetectorId, worst } from './check.ts';

/** What a pattern of failing probes means, and what to do: the two-by-two of clean contexts against forks of the chat. */
export type Cause =
  | 'healthy'
  | 'context-exhaustion'
  | 'social-pressure'
  | 'endpoint-changed'
  | 'drift-and-exhaustion'
  | 'answers-withheld'
  | 'document-obeyed'
  | 'unknown';

export interface ProbePattern {
  /** Probes in a context of their own. */
  readonly clean: CheckResult;
  /** The same in a copy of the live chat. */
  readonly context: CheckResult;
  /** Only the flip and yield probes fail in the chat; memory is intact. */
  readonly onlyAgreementFails?: boolean;
}

export function attribute({ clean, context, onlyAgreementFails = false }: ProbePattern): Cause {
  if (clean === 'skipped' || context === 'skipped') return 'unknown';
  const cleanFails = clean === 'red';
  const contextFails = context === 'red';
  if (cleanFails && contextFails) return 'drift-and-exhaustion';
  if (cleanFails) return 'endpoint-changed';
  if (contextFails) return onlyAgreementFails ? 'social-pressure' : 'context-exhaustion';
  return 'healthy';
}

/**
 * The cause that the newest checks point to. Flips are found in fresh contexts too, and are agreement all the same: the
 * fixed probes, which state no lean, say whether the model behind the endpoint is another. Two causes name themselves: a
 * passage that changes answers does so in fresh contexts as well, and looks like another model; what is withheld says
 * nothing of memory, and comes before whatever else is left to be read.
 */
export function causeOf(checks: ReadonlyMap<DetectorId, Check>): Cause {
  const of = (...detectors: DetectorId[]) => worst(detectors.map((each) => checks.get(each)?.result ?? 'skipped'));
  const memory = of('canaries', 'anchors', 'truncation');
  if (of('injection') === 'red') return 'document-obeyed';
  if (of('readability') === 'red' && memory !== 'red') return 'answers-withheld';
  const agreement = of('capitulation', 'session-gap', 'flips');
  return attribute({
    clean: of('endpoint'),
    context: worst([memory, agreement]),
    onlyAgreementFails: memory !== 'red' && agreement === 'red',
  });
}

/** The replacement that each cause calls for. Silence is never one: dropping advice leaves only the human's own bias. */
export const REPLACEMENT: Readonly<Record<Cause, string>> = {
  healthy: 'Go on.',
  'context-exhaustion': 'Start a fresh context from the record.',
  'social-pressure': 'Ask the neutral question in a fresh context, and take that answer.',
  'endpoint-changed': 'Measure the endpoint anew and calibrate from evidence discipline on.',
  'drift-and-exhaustion': 'Take another model, or stop.',
  'answers-withheld': 'Take another model; a filter before this one, or the model itself, withholds what is asked.',
  'document-obeyed': 'Leave the passage out, and ask the neutral question in a fresh context.',
  unknown: 'Run the missing probes, or use the checklist.',
};
