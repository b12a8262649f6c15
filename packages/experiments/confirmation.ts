import type { RunResult } from './contract.ts';

/**
 * That some parts of a record came out the same to the last bit, for every seed, when later code ran them again. It lies
 * beside the record as `SIZE.confirmed.json`, so that a record that took hours need not be made anew for every change of
 * a comment.
 */
export interface Confirmation {
  readonly format: 1;
  /** The record's hash. */
  readonly record: string;
  /** Content hash of the sources that ran it again. */
  readonly sourcesHash: string;
  /** Of `of` parts that the run has. */
  readonly parts: readonly string[];
  readonly of: number;
  /** How many measures were compared, over all seeds. */
  readonly measures: number;
}

/** Whether a file of a folder of recorded runs is one of them; what confirms one lies beside it. */
export function isRecord(name: string): boolean {
  return /\.json(\.gz)?$/.test(name) && !name.includes('.confirmed.');
}

/** 'full.json.gz' → 'full.confirmed.json'. */
export function confirmationPath(record: string): string {
  return record.replace(/\.json(\.gz)?$/, '.confirmed.json');
}

/** Whether a confirmation speaks of this record and of this code. */
export function confirms(confirmation: Confirmation | undefined, record: RunResult, sourcesHash: string): boolean {
  return (
    confirmation?.format === 1 &&
    confirmation.record === record.hash &&
    confirmation.sourcesHash === sourcesHash &&
    confirmation.measures > 0
  );
}

/** Of a record what a run of some parts alone can know, to be compared with one: what that run measured, no verdicts. */
export function knownTo(again: RunResult, record: RunResult, parts: readonly string[]): RunResult {
  const outcomes = record.outcomes.map(({ seed, measures, failures }) => {
    const measured = again.outcomes.find((outcome) => outcome.seed === seed)?.measures ?? {};
    return {
      seed,
      measures: Object.fromEntries(Object.entries(measures).filter(([name]) => (measured[name] ?? null) !== null)),
      failures: failures.filter((said) => parts.some((part) => said.startsWith(`${part}: `))),
    };
  });
  return { ...record, outcomes, verdicts: [] };
}
