export type Layer = 1 | 2 | 3 | 4 | 5;
/** amber: one statistic over its threshold; red: confirmed by a second independent check, or certain by itself. */
export type CheckResult = 'pass' | 'amber' | 'red' | 'skipped';

/** What one detector found at one time. A detector that did not run says so too: a lamp without a check stays grey. */
export interface Check {
  readonly layer: Layer;
  readonly detector: DetectorId;
  readonly result: CheckResult;
  /** Null where nothing was measured. */
  readonly statistic: number | null;
  readonly threshold: number | null;
  /** Observations behind the statistic. */
  readonly n: number;
  /** One sentence for the person who decides. */
  readonly detail: string;
}

export type DetectorId =
  | 'flips'
  | 'session-gap'
  | 'capitulation'
  | 'sunk-cost'
  | 'live-yield'
  | 'praise'
  | 'citations'
  | 'quotes'
  | 'numbers'
  | 'sampling'
  | 'constraints'
  | 'drift'
  | 'nihilism'
  | 'hedging'
  | 'canaries'
  | 'anchors'
  | 'budget'
  | 'truncation'
  | 'endpoint'
  | 'injection'
  | 'escalation'
  | 'evidence-balance'
  | 'repetition'
  | 'latency'
  | 'readability'
  | 'stakeholders';

/** The check of a detector that could not run, with the reason. */
export function skipped(layer: Layer, detector: DetectorId, why: string): Check {
  return { layer, detector, result: 'skipped', statistic: null, threshold: null, n: 0, detail: why };
}

/** The most serious of some results; 'skipped' when all were. */
export function worst(results: readonly CheckResult[]): CheckResult {
  for (const level of ['red', 'amber', 'pass'] as const) if (results.includes(level)) return level;
  return 'skipped';
}
