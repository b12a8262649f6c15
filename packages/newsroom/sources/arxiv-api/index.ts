import { nextArxivDay } from '../arxiv-calendar.ts';
import { unlessHolds } from '../http/polite.ts';
import { HOUR_MS, type Source } from '../source.ts';
import { inOneChunk } from '../xml.ts';
import { parseArxivAtom } from './parse.ts';

/** Papers asked for in one request, and requests in one pull: politeness before haste. */
const IDS_A_REQUEST = 100;
const REQUESTS_A_PULL = 20;
const isFeed = unlessHolds(/<feed[\s>]/);

/** Fills in abstracts and categories of papers that came without, the newest first. */
export const arxivApi: Source = {
  id: 'arxiv-api',
  title: 'arXiv, query API',
  about: 'Abstracts, categories and versions of papers that came without them. Metadata is CC0.',
  baseUrl: 'https://export.arxiv.org',
  politeness: { group: 'arxiv', intervalMs: 3_000 },
  everyMs: HOUR_MS,
  async *pull({ http, baseUrl, database, signal, now }) {
    let before = { day: '9999-12-31', id: Number.MAX_SAFE_INTEGER };
    for (let request = 0; request < REQUESTS_A_PULL; request++) {
      const rows = await database.db
        .selectFrom('paper')
        .select(['id', 'arxiv_id', 'listed_on'])
        .where('abstract', 'is', null)
        .where('arxiv_id', 'is not', null)
        .where((w) =>
          w.or([w('listed_on', '<', before.day), w.and([w('listed_on', '=', before.day), w('id', '<', before.id)])]),
        )
        .orderBy('listed_on', 'desc')
        .orderBy('id', 'desc')
        .limit(IDS_A_REQUEST)
        .execute();
      const last = rows.at(-1);
      if (!last) break;
      before = { day: last.listed_on, id: last.id };
      signal.throwIfAborted();
      const ids = rows.map((row) => row.arxiv_id).join(',');
      const url = `${baseUrl}/api/query?id_list=${encodeURIComponent(ids)}&max_results=${rows.length}`;
      const { body } = await http.get(url, {
        // An empty page before the end happens: it is asked for again, never kept, and no reason to stop for good.
        fault: (text) =>
          isFeed(text) ?? (/<entry[\s>]/.test(text) ? undefined : `an empty page for ${rows.length} ids`),
        keepUntil: (text) => (text.includes('/api/errors') ? undefined : nextArxivDay(now())),
      });
      for await (const item of parseArxivAtom(inOneChunk(body))) {
        if ('record' in item) yield { record: item.record };
      }
      yield { cursor: { readAt: now() } };
    }
  },
};
