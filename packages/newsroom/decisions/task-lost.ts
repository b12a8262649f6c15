import type { Jobs } from '@broadsheet/database/jobs';
import type { Host } from '../host/index.ts';
import { NO_INPUT, STOPPED, TASK_QUEUE } from './tasks.ts';

/** A process that asks for work writes the task and then its job; younger tasks may be between the two. */
const YOUNG_MS = 15_000;

/**
 * Finds tasks in hand that no job carries any more, and would keep all other work off their decision for good: whoever
 * asked died before it had added the job, or the job was lost with its worker as often as it may be tried.
 * What was never begun gets a new job; what was begun ends, and can be asked for again.
 */
export async function findLostTasks(host: Host, jobs: Jobs, youngMs = YOUNG_MS): Promise<void> {
  const { db } = host.database;
  const tasks = await db
    .selectFrom('decision_task')
    .select(['id', 'state', 'cancel_asked_by'])
    .where('finished_at', 'is', null)
    .where('created_at', '<=', host.now() - youngMs)
    .execute();
  for (const { id, state, cancel_asked_by } of tasks) {
    // Adds nothing while there is a job for it, waiting or in hand.
    const wasLost = await jobs.enqueue(TASK_QUEUE, { task: id }, { singletonKey: id });
    if (!wasLost || state === 'queued') continue;
    const ended =
      cancel_asked_by === null
        ? ({ state: 'failed', said: 'It was begun again and again and never ended. Ask once more.' } as const)
        : ({ state: 'cancelled', said: STOPPED } as const);
    // The job that was just added finds it ended, and does nothing.
    await db
      .updateTable('decision_task')
      .set({ ...ended, finished_at: host.now(), input_json: NO_INPUT })
      .where('id', '=', id)
      .where('finished_at', 'is', null)
      .execute();
  }
}
