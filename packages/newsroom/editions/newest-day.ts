import type { Host } from '../host/index.ts';
import { dayIn, papersDay } from './calendar.ts';

/** The newest day that features papers; without any, the newest on which papers were listed; else today. */
export async function newestDay(host: Host): Promise<string> {
  const { featured, listed } = await newestDays(host);
  return featured ?? listed ?? papersDay(host.now(), host.settings.zone);
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
