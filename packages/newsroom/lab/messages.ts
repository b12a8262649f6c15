import type { RunResult, Size } from '@broadsheet/experiments';
import type { RunnerEvent, UnitResult } from '@broadsheet/experiments/runner';

/** What a run's process is told at its start. */
export interface StartMessage {
  readonly experiment: string;
  /** A module that exports `experiment`, where the registry does not know it. */
  readonly module?: string;
  readonly size: Size;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seeds: number;
  readonly sourcesHash: string;
  /** Units that an earlier attempt has finished. */
  readonly units: readonly (readonly [key: string, result: UnitResult])[];
}

/** What it tells its parent. */
export type ChildMessage =
  | { readonly type: 'events'; readonly events: readonly RunnerEvent[] }
  | { readonly type: 'unit'; readonly key: string; readonly result: UnitResult }
  | { readonly type: 'result'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly said: string };

/** What its parent answers: the unit is stored. */
export interface StoredMessage {
  readonly stored: string;
}
