import { type Database, type Lease, takeLease } from '@broadsheet/database';
import type { Politeness } from './polite.ts';

/** How long a process that died in the middle of an answer keeps the others waiting. */
const TTL_MS = 15_000;
const LONGEST_LOOK_MS = 750;

export interface LineOptions {
  database: Database;
  politeness: Politeness;
  signal: AbortSignal;
  now: () => number;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Does one piece of work when it is its turn in the group's line, which every process on the store stands in: one
 * connection at a time, held until the answer has arrived whole, and the group's pause before the next.
 */
export async function inLine<T>(
  { database, politeness, signal, now, sleep }: LineOptions,
  work: () => Promise<T>,
): Promise<T> {
  const name = `ask ${politeness.group}`;
  const look = Math.min(LONGEST_LOOK_MS, Math.max(50, politeness.intervalMs / 4));
  let place: Lease | undefined;
  for (;;) {
    signal.throwIfAborted();
    place = await takeLease(database, name, { ttlMs: TTL_MS, now });
    if (place) break;
    await sleep(look, signal);
  }
  const held = place;
  const renewal = setInterval(() => void held.renew().catch(() => undefined), TTL_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await held.release({ pauseMs: politeness.intervalMs });
  }
}
