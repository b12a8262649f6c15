/** What a handler is given beside its payload. */
export interface JobContext {
  /** Aborts when the worker is asked to stop, or when another worker has taken the job up. */
  signal: AbortSignal;
  /** Says now that the job still lives; workers say so by themselves while the event loop turns. */
  extendLease(): Promise<void>;
}

/** Does one job; a job may be done twice when a worker dies at its end, so a handler must bear repetition. */
export type JobHandler = (payload: unknown, context: JobContext) => Promise<void>;

export interface EnqueueOptions {
  /** Not before this instant. */
  runAt?: number;
  /** While a job with this key is queued or running, another is not added. */
  singletonKey?: string;
  /** Tries in all; after the last failure the job is failed for good. */
  maxAttempts?: number;
}

export interface WorkOptions {
  /** Jobs in hand at once. */
  concurrency?: number;
  /**
   * How long a job may go on without a sign of life before another worker takes it up. pg-boss takes whole seconds, ten
   * at least, and applies a change to jobs that are added later.
   */
  leaseMs?: number;
  /** How often an idle worker looks for what other processes have added. */
  pollMs?: number;
}

export type JobStateName = 'queued' | 'running' | 'done' | 'failed';
export type JobCounts = Record<JobStateName, number>;

/** One job as an operator sees it. */
export interface JobView {
  id: string;
  state: JobStateName;
  payload: unknown;
  attempts: number;
  maxAttempts: number;
  runAt: number;
  createdAt: number;
  finishedAt: number | null;
  lastError: string | null;
}

export type JobLog = (level: 'info' | 'warn', message: string, fields: Record<string, unknown>) => void;

/** Background work that survives the process: at least once, in the order it is due, tried again with growing pauses. */
export interface Jobs {
  /** @returns whether it was added; false when its singleton key is taken. */
  enqueue(queue: string, payload: unknown, options?: EnqueueOptions): Promise<boolean>;
  /** Works on a queue until stopped. Stopping aborts the signal and waits for the jobs in hand. */
  work(queue: string, handler: JobHandler, options?: WorkOptions): Promise<{ stop(): Promise<void> }>;
  counts(queue?: string): Promise<JobCounts>;
  /** The newest jobs of a queue, newest first. */
  list(queue: string, limit?: number): Promise<JobView[]>;
  /** Stops every worker and waits for the jobs in hand; the store itself stays open. */
  close(): Promise<void>;
}

/** Origins of these numbers: docs/decisions/0003-jobs.md. */
export const LEASE_MS = 60_000;
export const POLL_MS = 1_000;
export const MAX_ATTEMPTS = 5;
export const FIRST_PAUSE_MS = 10_000;
export const LONGEST_PAUSE_MS = 3_600_000;
/** Done and failed jobs can be looked at this long. */
export const KEPT_MS = 7 * 24 * 3_600_000;

/** The pause before the next try, doubling from ten seconds to an hour. */
export function pauseMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1));
}
