import { randomBytes } from 'node:crypto';
import type { Schema } from '@broadsheet/database';
import type { Jobs } from '@broadsheet/database/jobs';
import type { Selectable } from 'kysely';
import type { Host } from '../host/index.ts';
import { spentOn } from './budget.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import type { TaskKind, TaskWork } from './task-kinds.ts';

export const TASK_QUEUE = 'decisions';
const LOOK_MS = 40;

/** Work that takes a model many calls: it is done apart from the page that asked for it, which shows how far it is. */
export interface DecisionTask {
  readonly id: string;
  readonly kind: TaskKind;
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Of a turn in hand: the key that whoever sent it made. */
  readonly turnKey: string | null;
  /** Why it failed or was stopped. */
  readonly said: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Calls of the decision since it began. */
  readonly calls: number;
}

/**
 * Has work done for a decision. One at a time: what is in hand is ended or waited for first.
 * @throws {Refused} while something else is in hand
 */
export async function askForTask(
  host: Host,
  jobs: Jobs,
  state: DecisionState,
  readerId: number,
  work: TaskWork,
): Promise<string> {
  const { db } = host.database;
  const id = randomBytes(9).toString('base64url');
  await db
    .deleteFrom('decision_task')
    .where('decision_id', '=', state.id)
    .where('finished_at', 'is not', null)
    .execute();
  const made = await db
    .insertInto('decision_task')
    .values({
      id,
      decision_id: state.id,
      kind: work.kind,
      input_json: JSON.stringify(work),
      asked_by: readerId,
      state: 'queued',
      said: null,
      created_at: host.now(),
      started_at: null,
      finished_at: null,
      cancel_asked_by: null,
    })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if (Number(made.numInsertedOrUpdatedRows ?? 0) === 0)
    throw new Refused('The model is at work on this decision already. Wait for it, or stop it first.');
  await jobs.enqueue(TASK_QUEUE, { task: id }, { singletonKey: id });
  return id;
}

/** The newest work of a decision, in hand or finished. */
export async function taskOf(host: Host, decisionId: string): Promise<DecisionTask | null> {
  const row = await host.database.db
    .selectFrom('decision_task')
    .selectAll()
    .where('decision_id', '=', decisionId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toTask(host, row) : null;
}

async function toTask(host: Host, row: Selectable<Schema['decision_task']>): Promise<DecisionTask> {
  const startedAt = row.started_at === null ? null : Number(row.started_at);
  return {
    id: row.id,
    kind: row.kind as TaskKind,
    state: row.state as DecisionTask['state'],
    turnKey: (JSON.parse(row.input_json) as { said?: { key: string } }).said?.key ?? null,
    said: row.said,
    startedAt,
    finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    calls: startedAt === null ? 0 : (await spentOn(host, row.decision_id, startedAt)).calls,
  };
}

/** Waits a moment for work to end, so that a quick model looks as if it had answered at once. */
export async function waitForTask(
  host: Host,
  decisionId: string,
  id: string,
  mostMs: number,
): Promise<DecisionTask | null> {
  for (const until = Date.now() + mostMs; ; ) {
    const task = await taskOf(host, decisionId);
    if (task?.id !== id || task.finishedAt !== null || Date.now() >= until) return task;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Asks what is in hand to end: what waits ends at once, what goes on as soon as its process has heard it. */
export async function cancelTask(host: Host, decisionId: string, readerId: number): Promise<void> {
  const { db } = host.database;
  await db
    .updateTable('decision_task')
    .set({ state: 'cancelled', finished_at: host.now(), said: STOPPED, input_json: NO_INPUT })
    .where('decision_id', '=', decisionId)
    .where('state', '=', 'queued')
    .execute();
  await db
    .updateTable('decision_task')
    .set({ cancel_asked_by: readerId })
    .where('decision_id', '=', decisionId)
    .where('state', '=', 'running')
    .execute();
}

/** What was to be said is in the record once it was said; here it stays no longer than it is needed. */
export const NO_INPUT = '{}';

export const STOPPED = 'It was stopped. What was on record before stays; nothing half done is.';
