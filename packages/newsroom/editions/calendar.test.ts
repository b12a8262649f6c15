import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDays,
  closesAt,
  dayIn,
  daysBetween,
  holidayName,
  isDay,
  isPapersDay,
  longDay,
  longMonth,
  monthSpan,
  nearestPapersDay,
  papersDay,
  startOf,
  weekOf,
  weekSpan,
} from './calendar.ts';

const NEW_YORK = 'America/New_York';
/** Zones with whole, half and quarter hours, with and without summer time, and some that skip or repeat midnight. */
const ZONES = [
  'UTC',
  NEW_YORK,
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Marquesas',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Beirut',
];
const anyDay = fc
  .integer({ min: Date.parse('2000-01-01') / 86_400_000, max: Date.parse('2035-12-31') / 86_400_000 })
  .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10));

describe('the day of an instant', () => {
  test('is counted in the site’s zone', () => {
    const at = Date.parse('2025-12-31T04:59:59Z');
    expect(dayIn(at, NEW_YORK)).toBe('2025-12-30');
    expect(dayIn(at + 1_000, NEW_YORK)).toBe('2025-12-31');
    expect(dayIn(at, 'Asia/Tokyo')).toBe('2025-12-31');
  });

  test('starts where its day begins and not a moment sooner, in every zone', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...ZONES), (day, zone) => {
        const start = startOf(day, zone);
        const first = dayIn(start, zone);
        // Apia had no 30 December 2011: its start is that of the day after.
        expect(first === day || (zone === 'Pacific/Apia' && day === '2011-12-30')).toBe(true);
        expect(dayIn(start - 1, zone) < day).toBe(true);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    // The clocks went from 00:00 to 01:00, so the day began at one o'clock.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00Z'],
    // The clocks went back from 01:00 to 00:00: midnight came twice, and the day began with the first.
    ['2025-11-02', 'America/Havana', '2025-11-02T04:00:00Z'],
    ['2025-03-09', NEW_YORK, '2025-03-09T05:00:00Z'],
    ['2025-11-02', NEW_YORK, '2025-11-02T04:00:00Z'],
    ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('%s in %s starts at %s', (day, zone, at) => {
    expect(new Date(startOf(day, zone)).toISOString()).toBe(new Date(at).toISOString());
  });

  test('an edition closes twelve hours into the next day, also when the clocks change in between', () => {
    expect(new Date(closesAt('2025-12-30', NEW_YORK)).toISOString()).toBe('2025-12-31T17:00:00.000Z');
    expect(new Date(closesAt('2025-03-08', NEW_YORK)).toISOString()).toBe('2025-03-09T17:00:00.000Z');
    expect(new Date(closesAt('2025-12-30', 'Europe/Berlin')).toISOString()).toBe('2025-12-31T11:00:00.000Z');
  });

  test('editions close in the order of their days', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...ZONES), (day, zone) => {
        expect(closesAt(addDays(day, 1), zone)).toBeGreaterThanOrEqual(closesAt(day, zone));
      }),
    );
  });
});

describe('papers-days', () => {
  test('are no week-ends', () => {
    expect(isPapersDay('2025-12-27')).toBe(false);
    expect(isPapersDay('2025-12-28')).toBe(false);
    expect(isPapersDay('2025-12-29')).toBe(true);
  });

  test.each([
    ['2025-01-01', 'New Year’s Day'],
    ['2025-01-20', 'Martin Luther King Day'],
    ['2025-05-26', 'Memorial Day'],
    ['2025-06-19', 'Juneteenth'],
    ['2025-07-04', 'Independence Day'],
    ['2025-09-01', 'Labor Day'],
    ['2025-11-27', 'Thanksgiving'],
    ['2025-12-25', 'Christmas Day'],
    // 4 July 2026 is a Saturday, 25 December 2022 a Sunday, 1 January 2022 a Saturday of the year after.
    ['2026-07-03', 'Independence Day'],
    ['2022-12-26', 'Christmas Day'],
    ['2021-12-31', 'New Year’s Day'],
    // 31 May 2027 is the fifth Monday of its May; 25 May 2026 the fourth and last.
    ['2027-05-31', 'Memorial Day'],
    ['2026-05-25', 'Memorial Day'],
  ])('%s is %s', (day, name) => {
    expect(holidayName(day)).toBe(name);
    expect(isPapersDay(day)).toBe(false);
  });

  test('a holiday kept on another day is not kept twice', () => {
    expect(holidayName('2026-07-04')).toBeUndefined();
    expect(holidayName('2022-01-01')).toBeUndefined();
  });

  test('a day without a batch leads to the nearest earlier one', () => {
    expect(nearestPapersDay('2025-12-30')).toBe('2025-12-30');
    expect(nearestPapersDay('2025-12-28')).toBe('2025-12-26');
    // Sunday, Saturday, and Friday the third on which the fourth was kept.
    expect(nearestPapersDay('2026-07-05')).toBe('2026-07-02');
    expect(papersDay(Date.parse('2025-12-28T02:00:00Z'), NEW_YORK)).toBe('2025-12-26');
  });

  test('the nearest one is a papers-day, is not later, and none lies between', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        const nearest = nearestPapersDay(day);
        expect(isPapersDay(nearest)).toBe(true);
        expect(nearest <= day).toBe(true);
        for (let d = addDays(nearest, 1); d <= day; d = addDays(d, 1)) expect(isPapersDay(d)).toBe(false);
      }),
    );
  });
});

describe('weeks and months', () => {
  test.each([
    ['2025-12-30', '2026-W01'],
    ['2025-12-28', '2025-W52'],
    ['2021-01-03', '2020-W53'],
    ['2024-12-30', '2025-W01'],
    ['2027-01-01', '2026-W53'],
  ])('%s lies in %s', (day, week) => {
    expect(weekOf(day)).toBe(week);
  });

  test('a week is its seven days from Monday on', () => {
    expect(weekSpan('2025-W52')).toEqual({ from: '2025-12-22', until: '2025-12-28' });
    fc.assert(
      fc.property(anyDay, (day) => {
        const span = weekSpan(weekOf(day));
        expect(span && span.from <= day && day <= span.until).toBe(true);
        expect(span && daysBetween(span.from, span.until)).toBe(6);
      }),
    );
  });

  test.each(['2025-W53', '2025-W00', '2025-W54', '2025-W1', '2025-52', '', '0000-W01', '99999-W01'])(
    'there is no week "%s"',
    (week) => {
      expect(weekSpan(week)).toBeUndefined();
    },
  );

  test('a month ends where it ends', () => {
    expect(monthSpan('2024-02')).toEqual({ from: '2024-02-01', until: '2024-02-29' });
    expect(monthSpan('2025-02')?.until).toBe('2025-02-28');
    expect(monthSpan('2025-12')?.until).toBe('2025-12-31');
    for (const none of ['2025-13', '2025-00', '2025-1', '0000-01', '']) expect(monthSpan(none)).toBeUndefined();
  });

  test('only days that exist are days', () => {
    for (const day of ['2025-12-30', '2024-02-29', '1000-01-01', '2999-12-31']) expect(isDay(day)).toBe(true);
    for (const none of ['2025-02-29', '2025-13-01', '2025-12-32', '25-12-30', '0000-01-01', '2025-12-30T00', 'x'])
      expect(isDay(none)).toBe(false);
  });

  test('titles say the day and the month in words', () => {
    expect(longDay('2025-12-30')).toBe('Tuesday, 30 December 2025');
    expect(longDay('2024-02-29')).toBe('Thursday, 29 February 2024');
    expect(longMonth('2025-05')).toBe('May 2025');
  });
});
