import { type Lease, takeLease } from '@broadsheet/database';
import { abandonIdleDecisions, remindOfReviews } from '../decisions/index.ts';
import { planDigests } from '../digest/index.ts';
import { closeDueEditions } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { isOn, pullSource, sources as registered, type Source, switchedOff } from '../sources/index.ts';
import { assignWaiting, beginWhenReady, OtherEncoderError, runDueStages } from '../topics/index.ts';
import { dueSources } from './plan.ts';

export { dueSources } from './plan.ts';

export interface SchedulerOptions {
  sources?: Source[];
  tickMs?: number;
  pull?: typeof pullSource;
}

/** How often the clock is looked at. A machine that slept wakes to one tick, which finds everything that is overdue. */
const TICK_MS = 30_000;
/** One process leads; another takes over when it has been silent for this long. */
const LEADER_TTL_MS = 90_000;

/**
 * Keeps the paper daily: asks each source when it is due, closes editions when their day has, puts the issues of
 * subscribers whose hour has come into the outbox, and follows topics. Of several processes on
 * one store one works and the others wait. Stopping ends a pull at its next request; what was read is kept.
 */
export function startScheduler(
  host: Host,
  { sources = registered, tickMs = TICK_MS, pull = pullSource }: SchedulerOptions = {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let leader: Lease | undefined;
  const tick = async () => {
    leader = await lead(host, leader);
    if (!leader) return;
    await closeDueEditions(host);
    await abandonIdleDecisions(host);
    await remindOfReviews(host);
    const states = await host.database.db.selectFrom('source_state').select(['source', 'next_at']).execute();
    const off = await switchedOff(host.database.db);
    const nextAt = new Map(states.map((state) => [state.source, state.next_at]));
    for (const source of dueSources(
      sources.filter((s) => isOn(host, s.id) && !off.has(s.id)),
      nextAt,
      host.now(),
    )) {
      if (stopping.signal.aborted) return;
      // A harvest may take longer than the lease; the lead is kept while it lasts.
      const held = leader;
      const renewal = setInterval(() => void held.renew().catch(() => undefined), LEADER_TTL_MS / 3);
      const report = await pull(host, source, { signal: stopping.signal }).finally(() => clearInterval(renewal));
      if (!report.error) host.log.info('a source was read', { ...report });
      leader = await lead(host, leader);
      if (!leader) return;
    }
    // After the sources: after a sleep the day that is told is gathered first.
    await planDigests(host, { signal: stopping.signal });
    await followTopics(host, leader, stopping.signal);
  };
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      await tick().catch((error) => host.log.error('the scheduler stumbled; it goes on at its next turn', { error }));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, tickMs);
        stopping.signal.addEventListener('abort', () => resolve(), { once: true });
        timer.unref();
      });
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await loop;
      await leader?.release().catch(() => undefined);
    },
  };
}

/** New papers get their topic, and weeks that are over their stage; the lead is kept meanwhile. */
async function followTopics(host: Host, leader: Lease, signal: AbortSignal): Promise<void> {
  const renewal = setInterval(() => void leader.renew().catch(() => undefined), LEADER_TTL_MS / 3);
  try {
    const begun = await beginWhenReady(host, { signal });
    if (begun) host.log.info('topics began', { ...begun });
    await assignWaiting(host, { signal });
    // One a turn: sources and letters are not to wait for a site that catches up.
    for (const run of await runDueStages(host, { signal, atMost: 1 }))
      host.log.info('a stage of topics was run', { ...run });
  } catch (error) {
    if (error instanceof OtherEncoderError) standStill(host, error);
    else if (!signal.aborted) host.log.error('topics stumbled; they go on at the next turn', { error });
  } finally {
    clearInterval(renewal);
  }
}

const warned = new WeakSet<Host>();

/** Said once: it is so until an administrator decides, and /admin/topics says it too. */
function standStill(host: Host, error: OtherEncoderError): void {
  if (!warned.has(host)) host.log.warn('topics stand still', { error });
  warned.add(host);
}

async function lead(host: Host, lease: Lease | undefined): Promise<Lease | undefined> {
  if (lease && (await lease.renew())) return lease;
  return takeLease(host.database, 'scheduler', { ttlMs: LEADER_TTL_MS, now: host.now });
}
