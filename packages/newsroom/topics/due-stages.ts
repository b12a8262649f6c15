import { addDays, papersDay } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { newestStage } from './model-store.ts';
import { type Days, type RunOptions, runStage, type StageRun } from './run-stage.ts';

/** A week is read when it has been over for a day: late announcements are in by then. */
const LATE_DAYS = 1;

/** Weeks, Monday to Sunday, that are over and were not read; the first may begin within a week. */
export async function dueWeeks(host: Host, until?: string): Promise<Days[]> {
  const { db } = host.database;
  const newest = await newestStage(db);
  if (!newest) return [];
  const end = until ?? addDays(papersDay(host.now(), host.settings.zone), -1 - LATE_DAYS);
  // After a long pause the weeks without papers are passed over, not filed as empty.
  const first = await db
    .selectFrom('paper')
    .select((s) => s.fn.min<string | null>('listed_on').as('day'))
    .where('listed_on', '>', newest.to_day)
    .executeTakeFirst();
  const due: Days[] = [];
  let fromDay = addDays(newest.to_day, 1);
  if (first?.day && first.day > sundayOf(fromDay)) fromDay = addDays(sundayOf(first.day), -6);
  if (!first?.day) return due;
  for (let toDay = sundayOf(fromDay); toDay <= end; toDay = sundayOf(fromDay)) {
    due.push({ kind: 'week', fromDay, toDay });
    fromDay = addDays(toDay, 1);
  }
  return due;
}

/** Runs the stages of all weeks that are due, the oldest first. */
export async function runDueStages(
  host: Host,
  { until, ...options }: RunOptions & { until?: string } = {},
): Promise<StageRun[]> {
  const runs: StageRun[] = [];
  for (const days of await dueWeeks(host, until)) {
    if (options.signal?.aborted) break;
    runs.push(await runStage(host, days, options));
  }
  return runs;
}

function sundayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, (7 - weekday) % 7);
}
