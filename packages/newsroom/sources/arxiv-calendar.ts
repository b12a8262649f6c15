import { addDays, dayIn, isWeekend, startOf } from '../editions/calendar.ts';

/** arXiv's days begin at midnight here; its feeds and its query API change then, and not in between. */
const ARXIV_ZONE = 'America/New_York';

/** arXiv's calendar day at an instant. */
export function arxivDay(at: number): string {
  return dayIn(at, ARXIV_ZONE);
}

/** The instant until which what arXiv answers now stays the same. */
export function nextArxivDay(at: number): number {
  return startOf(addDays(arxivDay(at), 1), ARXIV_ZONE);
}

/**
 * Whether arXiv's feed of a day may hold anything: never on Saturdays and Sundays. Holidays are asked all the same: an
 * empty answer costs less than a day lost because its list of them changed.
 */
export function mayAnnounce(at: number): boolean {
  return !isWeekend(arxivDay(at));
}
