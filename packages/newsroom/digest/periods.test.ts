import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endedPeriod, nextSlot } from './periods.ts';

const at = (text: string) => Date.parse(text);
const NEW_YORK = 'America/New_York';

describe('the period that an issue tells of', () => {
  test.each([
    ['daily', '2026-01-15T12:00:00Z', '2026-01-14'],
    // Still the 14th in New York.
    ['daily', '2026-01-15T03:00:00Z', '2026-01-13'],
    // Over a week-end and a holiday it stays Friday.
    ['daily', '2026-01-19T12:00:00Z', '2026-01-16'],
    ['daily', '2026-01-20T12:00:00Z', '2026-01-16'],
    ['daily', '2026-01-21T12:00:00Z', '2026-01-20'],
    ['weekly', '2026-01-18T12:00:00Z', '2026-W02'],
    ['weekly', '2026-01-19T12:00:00Z', '2026-W03'],
    ['weekly', '2026-01-25T12:00:00Z', '2026-W03'],
    ['monthly', '2026-01-31T12:00:00Z', '2025-12'],
    ['monthly', '2026-02-01T12:00:00Z', '2026-01'],
  ] as const)('%s, looked at %s, is %s', (pace, now, key) => {
    expect(endedPeriod(pace, at(now), NEW_YORK).key).toBe(key);
  });

  test('is over, and never goes back as time goes on', () => {
    const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    const property = fc.property(
      instant,
      fc.nat({ max: 40 * 24 }),
      fc.constantFrom('daily', 'weekly', 'monthly'),
      (date, hours, pace) => {
        const first = endedPeriod(pace, date.getTime(), NEW_YORK);
        const later = endedPeriod(pace, date.getTime() + hours * 3_600_000, NEW_YORK);
        expect(first.until < new Intl.DateTimeFormat('en-CA', { timeZone: NEW_YORK }).format(date)).toBe(true);
        expect(later.key >= first.key).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});

describe('the next hour of a subscriber', () => {
  test.each([
    ['later today', 7, 'Europe/Berlin', '2026-01-15T05:00:00Z', '2026-01-15T06:00:00Z'],
    ['tomorrow, when it is that hour just now', 7, 'Europe/Berlin', '2026-01-15T06:00:00Z', '2026-01-16T06:00:00Z'],
    ['in summer time', 7, 'Europe/Berlin', '2026-07-15T00:00:00Z', '2026-07-15T05:00:00Z'],
    ['after the night that summer begins in', 7, 'Europe/Berlin', '2026-03-29T00:00:00Z', '2026-03-29T05:00:00Z'],
    ['after an hour that is skipped', 2, 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00Z'],
    ['of an hour that comes twice, the first', 2, 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:00:00Z'],
    ['in a zone of half an hour', 7, 'Asia/Kolkata', '2026-01-15T00:00:00Z', '2026-01-15T01:30:00Z'],
    ['on the other side of the date line', 7, 'Pacific/Auckland', '2026-01-15T12:00:00Z', '2026-01-15T18:00:00Z'],
    ['at midnight', 0, 'UTC', '2026-01-15T12:00:00Z', '2026-01-16T00:00:00Z'],
  ])('%s', (_name, hour, zone, after, expected) => {
    expect(new Date(nextSlot(hour, zone, at(after))).toISOString()).toBe(new Date(expected).toISOString());
  });

  test('lies within a day and an hour, and its clock shows that hour or the one after a gap', () => {
    const zones = fc.constantFrom('Europe/Berlin', NEW_YORK, 'Australia/Lord_Howe', 'Asia/Tokyo', 'America/St_Johns');
    const property = fc.property(
      fc.nat({ max: 23 }),
      zones,
      fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
      (hour, zone, date) => {
        const slot = nextSlot(hour, zone, date.getTime());
        expect(slot).toBeGreaterThan(date.getTime());
        expect(slot - date.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
        const shown = new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(slot);
        expect([hour, hour + 1]).toContain(Number(shown));
      },
    );
    fc.assert(property, { numRuns: 200 });
  });
});
