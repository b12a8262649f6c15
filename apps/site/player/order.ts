import type { ExecutorName } from '@broadsheet/engine';
import type { ParameterValues, RunResult, Size } from '@broadsheet/experiments';
import type { RunnerEvent } from '@broadsheet/experiments/runner';

export type { RunResult };

/** What a page asks of whoever runs: the worker in the browser, or the server. */
export interface RunOrder {
  readonly experiment: string;
  /** Where its module lies, when it is not among those of the registry. */
  readonly module?: string;
  readonly size: Size;
  readonly parameters: ParameterValues;
  readonly seeds: number;
  readonly sourcesHash: string;
  readonly executor: Extract<ExecutorName, 'wasm' | 'webgpu'>;
  /** Workers that may work on it side by side. */
  readonly lanes: number;
}

/** What a run tells its page, wherever it runs. */
export interface RunListener {
  /** What is being prepared, or where it is carried out; shown in the status line. */
  onSaid(words: string): void;
  /** How much of the runtime has come, 0 to 1. */
  onLoading(fraction: number): void;
  /** Nothing that was drawn so far holds any more: an attempt begins anew. */
  onBegin(): void;
  onEvents(events: readonly RunnerEvent[]): void;
  /** @param id the run's address among the server's, where it is stored there */
  onDone(result: RunResult, id?: string): void;
  /** The run has ended without a result. @param state how its end is called */
  onEnd(state: 'failed' | 'stopped', words: string): void;
  /** Something that passes by itself: a lost connection, a tab that was asleep. */
  onTrouble(words: string): void;
}

export interface RunHandle {
  /** Ends it at once. */
  stop(): void;
}

/** What the worker tells its page. */
export type WorkerMessage =
  | { readonly type: 'said'; readonly words: string }
  | { readonly type: 'loading'; readonly fraction: number }
  | { readonly type: 'events'; readonly events: readonly RunnerEvent[] }
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly words: string };
