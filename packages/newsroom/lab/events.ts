import { setTimeout as pause } from 'node:timers/promises';
import { transaction } from '@broadsheet/database';
import type { RunnerEvent } from '@broadsheet/experiments/runner';
import type { Host } from '../host/index.ts';
import { findRun, type StoredRun } from './runs.ts';

/** A few events of a run, in their order; `begin` says that an attempt starts and all before it is void. */
export interface EventBatch {
  readonly seq: number;
  readonly events: readonly (RunnerEvent | { readonly type: 'begin' })[];
}

const POLL_MS = 250;
/** Readers who come after the end are told the end; the drawn points are in the result. */
const BATCHES_AT_ONCE = 50;

/** Writes the events of one attempt; numbers go on where the last attempt ended, its events are deleted. */
export async function eventWriter(
  host: Host,
  run: string,
): Promise<{ write(events: EventBatch['events']): Promise<void> }> {
  const { db } = host.database;
  const last = await db
    .selectFrom('lab_event')
    .select((s) => s.fn.max('seq').as('seq'))
    .where('run_id', '=', run)
    .executeTakeFirst();
  let seq = Number(last?.seq ?? 0);
  const write = (events: EventBatch['events'], clearing = false) =>
    transaction(host.database, async (tx) => {
      const next = seq + 1;
      if (clearing) await tx.deleteFrom('lab_event').where('run_id', '=', run).execute();
      await tx
        .insertInto('lab_event')
        .values({ run_id: run, seq: next, events_json: JSON.stringify(events) })
        .execute();
      const progress = events.findLast((event) => event.type === 'progress');
      if (progress) {
        const { type: _, ...now } = progress;
        await tx
          .updateTable('lab_run')
          .set({ progress_json: JSON.stringify(now) })
          .where('id', '=', run)
          .execute();
      }
      return next;
    }).then((next) => {
      seq = next;
    });
  await write([{ type: 'begin' }], true);
  return { write: (events) => write(events) };
}

/**
 * The events of a run after `since`, as they come, until it has ended or the signal aborts; the last value is the run as
 * it ended. Reads the store, so that it does not matter which process carries the run out.
 */
export async function* followRun(
  host: Host,
  id: string,
  { since = 0, signal, pollMs = POLL_MS }: { since?: number; signal: AbortSignal; pollMs?: number },
): AsyncGenerator<EventBatch | { readonly ended: StoredRun }> {
  let after = since;
  while (!signal.aborted) {
    // Looked at before the events: what was written before the end is then never missed.
    const run = await findRun(host, id);
    if (!run) return;
    const hasEnded = run.state !== 'queued' && run.state !== 'running';
    const rows = await host.database.db
      .selectFrom('lab_event')
      .select(['seq', 'events_json'])
      .where('run_id', '=', id)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(BATCHES_AT_ONCE)
      .execute();
    for (const row of rows) {
      after = row.seq;
      yield { seq: row.seq, events: JSON.parse(row.events_json) as EventBatch['events'] };
    }
    if (hasEnded && rows.length < BATCHES_AT_ONCE) {
      yield { ended: run };
      return;
    }
    if (rows.length < BATCHES_AT_ONCE) await pause(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
