import { type Check, skipped } from './check.ts';

export interface Impact {
  readonly optionId: string;
  /** 0 none … 4 severe; null: unknown, which is an answer. Undefined: nobody has filled the cell. */
  readonly severity?: number | null;
  readonly isIrreversible?: boolean;
  readonly mitigation?: string;
  /** A named person, never the model. */
  readonly signedBy?: string;
}
export interface Stakeholder {
  readonly name: string;
  readonly impacts: readonly Impact[];
  /** Has something to gain under some option. */
  readonly hasUpside?: boolean;
}

/** Layer 5: every cell filled by a human or marked unknown; severe and irreversible ones mitigated and signed. */
export function checkStakeholders(stakeholders: readonly Stakeholder[], options: readonly string[]): Check {
  if (stakeholders.length === 0) return skipped(5, 'stakeholders', 'Nobody who is affected has been listed yet.');
  const cells = stakeholders.flatMap(({ name, impacts }) =>
    options.map((optionId) => ({ name, optionId, impact: impacts.find((impact) => impact.optionId === optionId) })),
  );
  const empty = cells.filter(({ impact }) => impact?.severity === undefined);
  const unsigned = cells.filter(
    ({ impact }) =>
      (impact?.severity ?? 0) >= 4 && impact?.isIrreversible && !(impact.mitigation?.trim() && impact.signedBy?.trim()),
  );
  const first = unsigned[0] ?? empty[0];
  return {
    layer: 5,
    detector: 'stakeholders',
    result: unsigned.length > 0 ? 'red' : empty.length > 0 ? 'amber' : 'pass',
    statistic: empty.length + unsigned.length,
    threshold: 1,
    n: cells.length,
    detail:
      unsigned.length > 0
        ? `${first.name} could be harmed for good by "${first.optionId}"; a mitigation and a named sign-off are missing.`
        : empty.length > 0
          ? `What "${first.optionId}" does to ${first.name} is not filled in, and ${empty.length - 1} more.`
          : 'What each option does to each affected party is written down.',
  };
}

/** Those who bear a harm and gain nothing: page one of the record names them. */
export function burdened(stakeholders: readonly Stakeholder[]): string[] {
  return stakeholders
    .filter(({ impacts, hasUpside }) => !hasUpside && impacts.some(({ severity }) => (severity ?? 0) > 0))
    .map(({ name }) => name);
}
