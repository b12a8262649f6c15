import { type JobHandler, type JobLog, LEASE_MS, POLL_MS, type WorkOptions } from './jobs.ts';

/** A job that this worker holds, and what it may tell the store about it. */
export interface Claim {
  id: string;
  payload: unknown;
  attempt: number;
  maxAttempts: number;
  /** @returns whether the claim still holds. */
  extend(): Promise<boolean>;
  done(): Promise<void>;
  failed(message: string): Promise<void>;
}

/** Works through one queue. */
export interface Worker {
  /** Looks for work now instead of at the next poll. */
  wake(): void;
  stop(): Promise<void>;
}

/** A worker's error may be a whole answer of a server; the store keeps its beginning. */
const MESSAGE_LENGTH = 1_000;

/**
 * The loop that both stores share: take a job, keep its lease alive, tell how it ended; sleep when there is none.
 * @param take claims the job that is due first, for leaseMs.
 */
export function startWorker(
  queue: string,
  take: (leaseMs: number) => Promise<Claim | undefined>,
  handler: JobHandler,
  { concurrency = 1, leaseMs = LEASE_MS, pollMs = POLL_MS, log }: WorkOptions & { log: JobLog },
): Worker {
  const stopping = new AbortController();
  const bell = createBell();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const claim = await take(leaseMs);
        if (claim) await run(queue, claim, handler, { leaseMs, log, stopping: stopping.signal });
        else if (!stopping.signal.aborted) await bell.wait(pollMs);
      } catch (error) {
        // A store that is away for a moment: the job in hand, if any, is taken up again when its lease has run out.
        log('warn', 'jobs: the store did not answer; trying again', { queue, error: String(error) });
        if (!stopping.signal.aborted) await bell.wait(pollMs);
      }
    }
  };
  const loops = Promise.all(Array.from({ length: concurrency }, loop));
  return {
    wake: bell.ring,
    async stop() {
      stopping.abort(new Error('the worker is stopping'));
      bell.ring();
      await loops;
    },
  };
}

async function run(
  queue: string,
  claim: Claim,
  handler: JobHandler,
  { leaseMs, log, stopping }: { leaseMs: number; log: JobLog; stopping: AbortSignal },
): Promise<void> {
  const lost = new AbortController();
  const extendLease = async () => {
    if (!(await claim.extend())) lost.abort(new Error('another worker has taken this job up'));
  };
  // A renewal that the store refuses is made up by the next; the lease lasts for several.
  const renewal = setInterval(() => void extendLease().catch(() => undefined), leaseMs / 3);
  let failure: { error: unknown } | undefined;
  try {
    await handler(claim.payload, { signal: AbortSignal.any([stopping, lost.signal]), extendLease });
  } catch (error) {
    failure = { error };
  } finally {
    clearInterval(renewal);
  }
  if (!failure) return claim.done();
  const message = String((failure.error as Error)?.message ?? failure.error).slice(0, MESSAGE_LENGTH);
  const { id, attempt, maxAttempts } = claim;
  log('warn', 'job failed', { queue, id, attempt, maxAttempts, error: message });
  await claim.failed(message);
}

/** Lets idle loops sleep until their time is over or someone rings. */
function createBell(): { ring(): void; wait(ms: number): Promise<void> } {
  const sleepers = new Set<() => void>();
  let rung = false;
  return {
    ring() {
      rung = sleepers.size === 0;
      for (const wake of sleepers) wake();
    },
    async wait(ms) {
      if (rung) {
        rung = false;
        return;
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.add(wake);
      });
    },
  };
}
