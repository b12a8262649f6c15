import { addDays, dayIn, daysBetween, type FeedEntry } from '../editions/index.ts';
import type { Host } from '../host/index.ts';

export interface StarsGained {
  stars: number;
  days: number;
}

const WEEK_DAYS = 7;

/** By paper: the stars that its repository gained within a week, as far as this site has counted them. */
export async function starsOfWeek(host: Host, entries: FeedEntry[]): Promise<Map<number, StarsGained>> {
  const named = entries.filter((entry) => entry.repository);
  const gained = new Map<number, StarsGained>();
  if (named.length === 0) return gained;
  const counts = await host.database.db
    .selectFrom('repository_stars')
    .select(['repository', 'day', 'stars'])
    .where('repository', 'in', [...new Set(named.map((entry) => entry.repository?.name as string))])
    .where('day', '>=', addDays(dayIn(host.now(), host.settings.zone), -WEEK_DAYS - 1))
    .orderBy('day')
    .execute();
  for (const { id, repository } of named) {
    const own = counts.filter((count) => count.repository === repository?.name);
    const last = own.at(-1);
    const first = last && own.find((count) => daysBetween(count.day, last.day) <= WEEK_DAYS);
    if (!first || first === last || last.stars <= first.stars) continue;
    gained.set(id, { stars: last.stars - first.stars, days: daysBetween(first.day, last.day) });
  }
  return gained;
}
