import { addDays, papersDay } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { newestStage } from './model-store.ts';
import { type Days, type RunOptions, runStage, type StageRun } from './run-stage.ts';

/** A week is read when it has been over for a day: late announcements are in by then. */
const LATE_DAYS = 1;

/**
 * Weeks, Monday to Sunday, that are over, have papers and were not read; the first may begin within a week. Weeks without
 * papers are passed over: a site that slept must not find all its topics dormant.
 */
export async function dueWeeks(host: Host, until?: string): Promise<Days[]> {
  const { db } = host.database;
  const newest = await newestStage(db);
  if (!newest) return [];
  const over = addDays(papersDay(host.now(), host.settings.zone), -1 - LATE_DAYS);
  const end = until !== undefined && until < over ? until : over;
  const days = await db
    .selectFrom('paper')
    .select('listed_on')
    .distinct()
    .where('listed_on', '>', newest.to_day)
    .where('listed_on', '<=', end)
    .orderBy('listed_on')
    .execute();
  const first = addDays(newest.to_day, 1);
  const sundays = new Set(days.map(({ listed_on }) => sundayOf(listed_on)));
  return [...sundays]
    .filter((sunday) => sunday <= end)
    .map((toDay) => ({ kind: 'week', fromDay: [addDays(toDay, -6), first].toSorted()[1], toDay }));
}

/** Runs the stages of weeks that are due, the oldest first. */
export async function runDueStages(
  host: Host,
  { until, atMost, ...options }: RunOptions & { until?: string; atMost?: number } = {},
): Promise<StageRun[]> {
  const runs: StageRun[] = [];
  for (const days of (await dueWeeks(host, until)).slice(0, atMost)) {
    if (options.signal?.aborted) break;
    runs.push(await runStage(host, days, options));
  }
  return runs;
}

function sundayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, (7 - weekday) % 7);
}
