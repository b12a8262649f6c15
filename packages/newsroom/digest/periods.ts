import type { Pace } from '@broadsheet/database';
import {
  addDays,
  dayIn,
  longDay,
  longMonth,
  monthSpan,
  nearestPapersDay,
  type Span,
  startOf,
  weekOf,
  weekSpan,
} from '../editions/index.ts';

export const PACES = ['daily', 'weekly', 'monthly'] as const satisfies Pace[];

/** What an issue is about: a papers-day, a week or a month that is over. */
export interface Period extends Span {
  /** '2026-01-14', '2026-W02', '2026-01'; of one pace, later periods sort later. */
  key: string;
  /** 'Wednesday, 14 January 2026' */
  title: string;
  /** The page that shows the same days. */
  address: string;
}

/**
 * The newest period that is over in the site's zone. A day is told when its votes are in, on the next morning: at the
 * reader's hour of the same day it would hold whatever had come by then, and be another one for every zone.
 */
export function endedPeriod(pace: Pace, now: number, zone: string): Period {
  const yesterday = addDays(dayIn(now, zone), -1);
  if (pace === 'daily') {
    const day = nearestPapersDay(yesterday);
    return { key: day, from: day, until: day, title: longDay(day), address: `/papers/date/${day}` };
  }
  if (pace === 'weekly') {
    // The week of the day seven days before tomorrow's: it ended yesterday at the latest.
    const week = weekOf(addDays(yesterday, -6));
    return {
      key: week,
      ...(weekSpan(week) as Span),
      title: `Week ${Number(week.slice(6))} of ${week.slice(0, 4)}`,
      address: `/papers/week/${week}`,
    };
  }
  const tomorrow = addDays(yesterday, 1);
  const month = addDays(`${tomorrow.slice(0, 7)}-01`, -1).slice(0, 7);
  return { key: month, ...(monthSpan(month) as Span), title: longMonth(month), address: `/papers/month/${month}` };
}

/** The next instant after `after` at which the clocks of a zone show a full hour; where that hour is skipped, the one that follows. */
export function nextSlot(hour: number, zone: string, after: number): number {
  let day = dayIn(after, zone);
  for (;;) {
    const slot = localInstant(day, hour, zone);
    if (slot > after) return slot;
    day = addDays(day, 1);
  }
}

const STEP_MS = 15 * 60_000;

function localInstant(day: string, hour: number, zone: string): number {
  const usual = startOf(day, zone) + hour * 3_600_000;
  // On a day whose clocks are changed the hour lies up to two hours beside where it usually is.
  for (let at = usual - 8 * STEP_MS; at <= usual + 8 * STEP_MS; at += STEP_MS) {
    if (dayIn(at, zone) === day && minutesIn(at, zone) >= hour * 60) return at;
  }
  return usual;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight that the clocks of a zone show. */
function minutesIn(at: number, zone: string): number {
  const known =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  clocks.set(zone, known);
  const [hour, minute] = known.format(at).split(':').map(Number);
  return hour * 60 + minute;
}
