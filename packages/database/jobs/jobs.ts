/** One piece of background work: what it is about, and how it may say that it still lives. */
export interface JobContext {
  /** Aborts when the process is asked to stop, or when the lease was lost. */
  signal: AbortSignal;
}

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
  /** How long a job may go on without a sign of life before another worker takes it up; on PostgreSQL fixed at 15 s. */
  leaseMs?: number;
  pollMs?: number;
}

/** Background work that survives the process: at least once, in the order it is due, tried again with growing pauses. */
export interface Jobs {
  /** @returns whether it was added; false when its singleton key is taken. */
  enqueue(queue: string, payload: unknown, options?: EnqueueOptions): Promise<boolean>;
  /** Works on a queue, one job at a time, until stopped. Stopping waits for the job in hand. */
  work(queue: string, handler: JobHandler, options?: WorkOptions): Promise<{ stop(): Promise<void> }>;
  counts(): Promise<Record<'queued' | 'running' | 'done' | 'failed', number>>;
  close(): Promise<void>;
}

export const LEASE_MS = 60_000;
export const POLL_MS = 1_000;
export const MAX_ATTEMPTS = 5;

/** The pause before the next try, doubling from ten seconds to an hour. */
export function pauseMs(attempts: number): number {
  return Math.min(3_600_000, 10_000 * 2 ** Math.max(0, attempts - 1));
}
