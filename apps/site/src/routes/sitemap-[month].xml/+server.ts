import { monthSpan } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** The protocol's limit for one file. */
const MAX_ADDRESSES = 50_000;

export const GET: RequestHandler = async ({ params, url }) => {
  const span = monthSpan(params.month);
  if (!span) return problem(404, 'No such month', `"${params.month}" is no month; /sitemap.xml lists those there are.`);
  const papers = await currentHost()
    .database.db.selectFrom('paper')
    .select(['arxiv_id', 'short_id', 'listed_on'])
    .where('listed_on', '>=', span.from)
    .where('listed_on', '<=', span.until)
    .orderBy('id')
    .limit(MAX_ADDRESSES)
    .execute();
  const entries = papers.map(
    (p) => `<url><loc>${url.origin}/papers/${p.arxiv_id ?? p.short_id}</loc><lastmod>${p.listed_on}</lastmod></url>`,
  );
  return new Response(
    `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries.join('\n')}\n</urlset>\n`,
    {
      headers: {
        'content-type': 'application/xml; charset=utf-8',
        'cache-control': 'public, max-age=0, must-revalidate',
      },
    },
  );
};
