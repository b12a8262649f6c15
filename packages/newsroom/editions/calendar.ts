/** Calendar days are 'YYYY-MM-DD' strings; arithmetic on them is done in UTC, where every day has 24 hours. */
const DAY_MS = 86_400_000;

/**
 * How long after its midnight a papers-day still takes late arrivals before its edition is frozen: sources post
 * batches late in their evening, and a poll of the next morning must still count.
 */
const GRACE_HOURS = 12;

/** The calendar day that it is at an instant, in a zone. */
export function dayIn(at: number, zone: string): string {
  return formatter(zone).format(at);
}

/** The papers-day of an instant: that day, or the nearest earlier one with a batch. */
export function papersDay(at: number, zone: string): string {
  return nearestPapersDay(dayIn(at, zone));
}

/** Whether a batch is to be expected: no week-ends, no days on which arXiv announces nothing. */
export function isPapersDay(day: string): boolean {
  return !isWeekend(day) && holidayName(day) === undefined;
}

export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

/** The day itself, or the nearest earlier papers-day. */
export function nearestPapersDay(day: string): string {
  let at = day;
  while (!isPapersDay(at)) at = addDays(at, -1);
  return at;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / DAY_MS);
}

/** The instant from which the edition of a day is frozen: twelve hours into the next day of the site's zone. */
export function closesAt(day: string, zone: string): number {
  return startOf(addDays(day, 1), zone) + GRACE_HOURS * 3_600_000;
}

/** The instant at which a calendar day begins in a zone; on a day whose midnight is skipped, the first that exists. */
export function startOf(day: string, zone: string): number {
  const utc = Date.parse(day);
  // Zones lie within a day of UTC and shift by whole quarters of an hour; the guess is refined by what it shows.
  let guess = utc;
  for (let i = 0; i < 3; i++) guess = utc - offsetMs(guess, zone);
  while (dayIn(guess, zone) < day) guess += 900_000;
  return guess;
}

/** What the zone's clocks are ahead of UTC at an instant. */
function offsetMs(at: number, zone: string): number {
  const parts = Object.fromEntries(
    clock(zone)
      .formatToParts(at)
      .map((p) => [p.type, Number(p.value)]),
  );
  const shown = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return shown - Math.floor(at / 1000) * 1000;
}

export interface Span {
  from: string;
  until: string;
}

/** Monday to Sunday of an ISO week such as '2025-W52'; undefined when there is no such week. */
export function weekSpan(week: string): Span | undefined {
  const match = /^([12]\d{3})-W(\d{2})$/.exec(week);
  if (!match) return undefined;
  const number = Number(match[2]);
  // 4 January always lies in week 1.
  const fourth = `${match[1]}-01-04`;
  const monday = addDays(fourth, -((new Date(`${fourth}T00:00:00Z`).getUTCDay() + 6) % 7) + (number - 1) * 7);
  return number >= 1 && weekOf(monday) === week ? { from: monday, until: addDays(monday, 6) } : undefined;
}

/** The ISO week of a day: the year is the one that its Thursday lies in. */
export function weekOf(day: string): string {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  const thursday = addDays(day, 3 - weekday);
  const year = thursday.slice(0, 4);
  const number = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}

/** First to last day of a month such as '2025-12'; undefined when there is no such month. */
export function monthSpan(month: string): Span | undefined {
  if (!/^[12]\d{3}-(0[1-9]|1[0-2])$/.test(month)) return undefined;
  const from = `${month}-01`;
  const next = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 10);
  return { from, until: addDays(next, -1) };
}

/** Whether a text is a day that exists, of the years 1000 to 2999. */
export function isDay(text: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** 'Tuesday, 30 December 2025' */
export function longDay(day: string): string {
  // Put together here: how 'en-GB' sets its commas has changed between versions of the locale data.
  return `${weekdayName(day)}, ${Number(day.slice(8))} ${longMonth(day.slice(0, 7))}`;
}

/** 'December 2025' */
export function longMonth(month: string): string {
  return `${MONTHS[Number(month.slice(5, 7)) - 1]} ${month.slice(0, 4)}`;
}

/** 'Saturday' */
export function weekdayName(day: string): string {
  return WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()];
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** The name of a US holiday on which arXiv announces nothing; the observed day where the date falls on a week-end. */
export function holidayName(day: string): string | undefined {
  const year = Number(day.slice(0, 4));
  if (!holidays.has(year)) holidays.set(year, holidaysOf(year));
  return holidays.get(year)?.get(day);
}

const holidays = new Map<number, Map<string, string>>();

function holidaysOf(year: number): Map<string, string> {
  const days = new Map<string, string>();
  const observed = (day: string, name: string) => {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    days.set(weekday === 6 ? addDays(day, -1) : weekday === 0 ? addDays(day, 1) : day, name);
  };
  const newYear = (of: number) => observed(`${of}-01-01`, 'New Year’s Day');
  newYear(year);
  // A first of January on a Saturday is kept on the last day of the year before.
  newYear(year + 1);
  days.set(nthWeekday(year, 1, 1, 3), 'Martin Luther King Day');
  days.set(lastMonday(year, 5), 'Memorial Day');
  observed(`${year}-06-19`, 'Juneteenth');
  observed(`${year}-07-04`, 'Independence Day');
  days.set(nthWeekday(year, 9, 1, 1), 'Labor Day');
  const thanksgiving = nthWeekday(year, 11, 4, 4);
  days.set(thanksgiving, 'Thanksgiving');
  observed(`${year}-12-25`, 'Christmas Day');
  return days;
}

/** The n-th given weekday (0 = Sunday) of a month. */
function nthWeekday(year: number, month: number, weekday: number, n: number): string {
  const first = `${year}-${String(month).padStart(2, '0')}-01`;
  const shift = (weekday - new Date(`${first}T00:00:00Z`).getUTCDay() + 7) % 7;
  return addDays(first, shift + (n - 1) * 7);
}

function lastMonday(year: number, month: number): string {
  const fifth = nthWeekday(year, month, 1, 5);
  return Number(fifth.slice(5, 7)) === month ? fifth : addDays(fifth, -7);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  return kept(formatters, zone, { year: 'numeric', month: '2-digit', day: '2-digit' });
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  return kept(clocks, zone, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
}

/** Making a formatter costs far more than using one. 'en-CA' writes days as YYYY-MM-DD. */
function kept(
  memo: Map<string, Intl.DateTimeFormat>,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const known = memo.get(zone) ?? new Intl.DateTimeFormat('en-CA', { ...options, timeZone: zone });
  memo.set(zone, known);
  return known;
}
