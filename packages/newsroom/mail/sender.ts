import { holdLease, takeLease } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { Session, type SessionOptions } from './session.ts';

export interface SenderOptions extends SessionOptions {
  /** How often an idle sender looks for letters that other processes have posted. */
  pollMs?: number;
  /** How long a sender that died keeps the others waiting. */
  leaseMs?: number;
}

const LEASE = 'outbox';
const POLL_MS = 1_000;
const LEASE_MS = 15_000;

/**
 * Sends letters while this process lives. Of several processes on one store one sends and the others wait, so that the
 * limits for a domain hold for the site, and a crash leaves at most one letter unknown.
 */
export function startSender(host: Host, options: SenderOptions = {}): { wake(): void; stop(): Promise<void> } {
  const { pollMs = POLL_MS, leaseMs = LEASE_MS } = options;
  let running: { stop(): Promise<void>; wake(): void } | undefined;
  const ended: Promise<void>[] = [];
  const holding = holdLease(host.database, LEASE, {
    ttlMs: leaseMs,
    onHeld: () => {
      running = run(host, options, pollMs);
    },
    onLost: () => {
      if (running) ended.push(running.stop());
      running = undefined;
    },
    log: (level, message, fields) => host.log[level](message, fields),
  });
  return {
    wake: () => running?.wake(),
    async stop() {
      // The lease is let go only when nothing is in doubt any more.
      if (running) await running.stop();
      await holding.stop();
      await Promise.all(ended);
    },
  };
}

/** Sends what is due now and returns how many were taken; undefined when another process is the sender. */
export async function sendOutbox(
  host: Host,
  { leaseMs = LEASE_MS, signal, ...options }: SenderOptions & { signal: AbortSignal },
): Promise<number | undefined> {
  const lease = await takeLease(host.database, LEASE, { ttlMs: leaseMs });
  if (!lease) return undefined;
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 3);
  const session = new Session(host, options);
  try {
    await session.begin();
    return await session.sendDue(signal);
  } finally {
    clearInterval(renewal);
    await session.end();
    await lease.release();
  }
}

function run(host: Host, options: SessionOptions, pollMs: number) {
  const stopping = new AbortController();
  let ring = () => {};
  const loop = (async () => {
    const session = new Session(host, options);
    let hasBegun = false;
    while (!stopping.signal.aborted) {
      try {
        if (!hasBegun) await session.begin();
        hasBegun = true;
        await session.sendDue(stopping.signal);
      } catch (error) {
        host.log.error('the sender stumbled; it goes on at its next turn', { error });
      }
      if (stopping.signal.aborted) break;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        timer.unref();
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await session.end();
  })();
  return {
    wake: () => ring(),
    stop: () => {
      stopping.abort();
      ring();
      return loop;
    },
  };
}
