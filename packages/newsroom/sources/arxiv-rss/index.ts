import type { Database } from '@broadsheet/database';
import { papersDay } from '../../editions/calendar.ts';
import { HOUR_MS, type Source } from '../source.ts';
import { inOneChunk } from '../xml.ts';
import { parseArxivRss } from './parse.ts';

/** arXiv's daily announcements: the cheapest daily source, with the kind of announcement and the licence. */
export const arxivRss: Source = {
  id: 'arxiv-rss',
  title: 'arXiv, daily announcements',
  about: 'New papers of this site’s categories, each evening Sunday to Thursday. Metadata is CC0.',
  baseUrl: 'https://rss.arxiv.org',
  politeness: { group: 'arxiv', intervalMs: 3_000 },
  everyMs: 6 * HOUR_MS,
  async *pull({ http, settings, database, baseUrl, now }) {
    const today = papersDay(now(), settings.zone);
    const url = `${baseUrl}/rss/${settings.categories.join('+')}`;
    const { body } = await http.get(url, { accept: (text) => /<rss[\s>]|<rdf:RDF[\s>]/i.test(text) });
    for await (const record of parseArxivRss(inOneChunk(body), today)) {
      // A replacement of a paper that is not here is of any age; taken in, it would look like a paper of today.
      if (record.listedOn === undefined && !(await isHere(database, record.arxivId))) continue;
      yield { record };
    }
    yield { cursor: { readAt: now() } };
  },
};

async function isHere({ db }: Database, arxivId = ''): Promise<boolean> {
  const alias = db
    .selectFrom('paper_alias')
    .select('paper_id')
    .where('kind', '=', 'arxiv')
    .where('value', '=', arxivId);
  return (await alias.executeTakeFirst()) !== undefined;
}
