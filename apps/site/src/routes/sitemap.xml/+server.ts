import { currentHost } from '@broadsheet/newsroom/host';
import { sql } from 'kysely';
import type { RequestHandler } from './$types';

/** One sitemap a month of listing keeps each below the limit of 50,000 addresses. */
export const GET: RequestHandler = async ({ url }) => {
  const months = await currentHost()
    .database.db.selectFrom('paper')
    .select(sql<string>`substr(listed_on, 1, 7)`.as('month'))
    .distinct()
    .orderBy('month', 'desc')
    .execute();
  const entries = months.map(({ month }) => `<sitemap><loc>${url.origin}/sitemap-${month}.xml</loc></sitemap>`);
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('\n')}\n</sitemapindex>\n`,
    {
      headers: {
        'content-type': 'application/xml; charset=utf-8',
        'cache-control': 'public, max-age=0, must-revalidate',
      },
    },
  );
};
