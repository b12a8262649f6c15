import { addDays, dayIn, isWeekend } from '../../editions/calendar.ts';
import { SourceError, unlessHolds } from '../http/polite.ts';
import { HOUR_MS, type Source } from '../source.ts';
import { huggingFaceRecord } from './parse.ts';

/** The list's own zone; its days are counted in it. */
const LIST_ZONE = 'America/New_York';
/** Days read again at each pull: an early batch is partial, and counts go on growing. */
const DAYS_BACK = 3;
/** After an absence, at most this many days are caught up on. */
const MAX_DAYS_BACK = 30;

/** The curated daily list: it features papers, and counts their votes and comments. */
export const huggingface: Source = {
  id: 'huggingface',
  title: 'Hugging Face, daily papers',
  about: 'Which papers a large community picked for the day, with its votes. People’s names of that site are not kept.',
  baseUrl: 'https://huggingface.co',
  politeness: { group: 'huggingface', intervalMs: 1_000 },
  everyMs: HOUR_MS,
  async *pull({ http, baseUrl, cursor, now, signal }) {
    const today = dayIn(now(), LIST_ZONE);
    const lastDay = typeof cursor?.day === 'string' ? cursor.day : addDays(today, -DAYS_BACK);
    const earliest = addDays(today, -MAX_DAYS_BACK);
    let day = [addDays(lastDay, -DAYS_BACK), earliest].sort().at(-1) as string;
    for (; day <= today; day = addDays(day, 1)) {
      // Not on holidays alone: the list picks papers on days on which arXiv announces none.
      if (isWeekend(day)) continue;
      signal.throwIfAborted();
      const url = `${baseUrl}/api/daily_papers?date=${day}&limit=100`;
      const { body, status } = await http.get(url, {
        allowStatus: [400, 404],
        fault: unlessHolds(/^\s*\[/),
      });
      // The list answers a day that it does not know yet with an error.
      if (status >= 400) continue;
      for (const item of itemsOf(body, url)) {
        try {
          const record = huggingFaceRecord(item, { asOf: now() });
          // The site shows the nearest earlier day for one without a batch; only what is of this day is featured on it.
          yield { record };
        } catch {
          // One item of another shape never hides the others.
        }
      }
      yield { cursor: { day } };
    }
  },
};

function itemsOf(body: string, url: string): unknown[] {
  try {
    const value = JSON.parse(body);
    if (Array.isArray(value)) return value;
  } catch (cause) {
    throw new SourceError(`huggingface: an answer that ends in the middle from ${url}. What was read before is kept.`, {
      cause,
    });
  }
  throw new SourceError(`huggingface: an answer that is no list from ${url}. What was read before is kept.`);
}
