import type { Jobs } from '@broadsheet/database/jobs';
import type { Host } from '../host/index.ts';
import { challengeIfDue } from './after-turn.ts';
import { OverBudget } from './budget.ts';
import { ModelError } from './endpoints/index.ts';
import { actorOf } from './people.ts';
import { readDecision, StaleDecision } from './record.ts';
import { Refused } from './refused.ts';
import { MayNotTalk } from './talk.ts';
import { carryOut, type TaskWork } from './task-kinds.ts';
import { findLostTasks } from './task-lost.ts';
import { NO_INPUT, STOPPED, TASK_QUEUE } from './tasks.ts';

/** Decisions that are worked on at once; a model's server answers one after the other anyway. */
const AT_ONCE = 4;
const CANCEL_POLL_MS = 300;
/** The shortest that pg-boss takes is ten seconds; what a killed process had in hand is taken up this long after. */
const LEASE_MS = 15_000;
/** How often work is looked for that no job carries any more. */
const LOST_POLL_MS = 15_000;

class Stopped extends Error {}

/** Does what is asked for in decisions. Stopping leaves what is in hand to whoever takes it up. */
export async function startDecisionWorker(
  host: Host,
  jobs: Jobs,
  { leaseMs = LEASE_MS, pollMs }: { leaseMs?: number; pollMs?: number } = {},
): Promise<{ stop(): Promise<void> }> {
  const find = () =>
    findLostTasks(host, jobs).catch((error) => host.log.warn('lost work of decisions was not looked for', { error }));
  await find();
  const finding = setInterval(find, LOST_POLL_MS);
  finding.unref();
  const worker = await jobs.work(
    TASK_QUEUE,
    async (payload, { signal }) => {
      await workOn(host, jobs, (payload as { task: string }).task, signal);
    },
    {
      concurrency: AT_ONCE,
      leaseMs,
      pollMs,
    },
  );
  return {
    async stop() {
      clearInterval(finding);
      await worker.stop();
    },
  };
}

async function workOn(host: Host, jobs: Jobs, id: string, stopping: AbortSignal): Promise<void> {
  const { db } = host.database;
  const task = await db.selectFrom('decision_task').selectAll().where('id', '=', id).executeTakeFirst();
  if (!task || task.finished_at !== null) return;
  const begun = await db
    .updateTable('decision_task')
    .set({ state: 'running', started_at: task.started_at ?? host.now() })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  // Stopped in this moment.
  if (Number(begun.numUpdatedRows) === 0) return;
  const ending = new AbortController();
  const watch = setInterval(() => void look(host, id, ending).catch(() => undefined), CANCEL_POLL_MS);
  try {
    const state = await readDecision(db, task.decision_id);
    const work = JSON.parse(task.input_json) as TaskWork;
    if (state) await carryOut(host, state, actorOf(task.asked_by), work, AbortSignal.any([stopping, ending.signal]));
    await end(host, id, 'done', null);
    // What came due while it was in hand.
    if (work.kind !== 'challenge') await challengeIfDue(host, async () => jobs, task.decision_id, task.asked_by);
  } catch (error) {
    // Stopping the site is not the end of the work: it is taken up again.
    if (stopping.aborted && !ending.signal.aborted) throw error;
    if (ending.signal.aborted) await end(host, id, 'cancelled', STOPPED);
    else await end(host, id, 'failed', sentenceOf(host, task.decision_id, error));
  } finally {
    clearInterval(watch);
  }
}

async function look(host: Host, id: string, ending: AbortController): Promise<void> {
  const row = await host.database.db
    .selectFrom('decision_task')
    .select('cancel_asked_by')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row || row.cancel_asked_by !== null) ending.abort(new Stopped(STOPPED));
}

async function end(host: Host, id: string, state: 'done' | 'failed' | 'cancelled', said: string | null): Promise<void> {
  await host.database.db
    .updateTable('decision_task')
    .set({ state, said, finished_at: host.now(), input_json: NO_INPUT })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .execute();
}

function sentenceOf(host: Host, decision: string, error: unknown): string {
  const isExpected = [MayNotTalk, ModelError, OverBudget, Refused, StaleDecision].some((kind) => error instanceof kind);
  if (isExpected) return (error as Error).message;
  host.log.error('work on a decision failed', { decision, error });
  return 'Something failed here, and is in the log. What was on record stays.';
}
