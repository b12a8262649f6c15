import type { Host } from '../host/index.ts';
import { addDays, closesAt, dayIn, isPapersDay, papersDay } from './calendar.ts';

export interface FrontDay {
  day: string;
  /** The last day that was picked from, where the day shown is a later one that nobody has picked from. */
  lastPicked?: string;
}

/**
 * The day of the front page: the newest that features papers. When a whole papers-day after that one has closed and
 * nobody has picked from it, the curated list stays away: then the newest day on which papers were listed.
 */
export async function frontDay(host: Host): Promise<FrontDay> {
  const { featured, listed } = await newestDays(host);
  if (!featured) return { day: listed ?? papersDay(host.now(), host.settings.zone) };
  if (!listed || listed <= featured) return { day: featured };
  let next = addDays(featured, 1);
  while (!isPapersDay(next)) next = addDays(next, 1);
  if (closesAt(next, host.settings.zone) > host.now()) return { day: featured };
  const day = await newestDayInCategories(host);
  return day && day > featured ? { day, lastPicked: featured } : { day: featured };
}

/** The newest day with papers of this site's categories; each is one look at the end of its index. */
async function newestDayInCategories(host: Host): Promise<string | undefined> {
  const today = dayIn(host.now(), host.settings.zone);
  const days = await Promise.all(
    host.settings.categories.map((category) =>
      host.database.db
        .selectFrom('paper_category')
        .select((s) => s.fn.max('listed_on').as('day'))
        .where('category', '=', category)
        .where('listed_on', '<=', today)
        .executeTakeFirst(),
    ),
  );
  return days
    .map((row) => row?.day)
    .filter((day) => day !== undefined && day !== null)
    .sort()
    .at(-1);
}

/** The newest day on which anything came, featured or not. */
export async function newestKnownDay(host: Host): Promise<string> {
  const { featured = '', listed = '' } = await newestDays(host);
  return [featured, listed].sort()[1] || papersDay(host.now(), host.settings.zone);
}

async function newestDays(host: Host): Promise<{ featured?: string; listed?: string }> {
  const { db } = host.database;
  const today = dayIn(host.now(), host.settings.zone);
  const [featured, listed] = await Promise.all([
    db
      .selectFrom('feature')
      .select((s) => s.fn.max('day').as('day'))
      .where('by', '!=', 'edition-zero')
      .where('day', '<=', today)
      .executeTakeFirst(),
    db
      .selectFrom('paper')
      .select((s) => s.fn.max('listed_on').as('day'))
      .where('listed_on', '<=', today)
      .executeTakeFirst(),
  ]);
  return { featured: featured?.day ?? undefined, listed: listed?.day ?? undefined };
}
