import type { Database } from '@broadsheet/database';
import { arxivDay, mayAnnounce, nextArxivDay } from '../arxiv-calendar.ts';
import { unlessHolds } from '../http/polite.ts';
import { HOUR_MS, type PullContext, type Pulled, type Source } from '../source.ts';
import { inOneChunk } from '../xml.ts';
import { parseArxivRss } from './parse.ts';

/** The feeds are written anew at arXiv's midnight; they are asked for when that is surely done. */
const SETTLED_MS = HOUR_MS / 2;
/** arXiv cuts a feed here; behind it papers would be missing without a word. */
const MAX_ITEMS = 2_000;

interface RssCursor {
  /** arXiv's day whose announcements were read whole, and the categories they were of. */
  announcedOn?: string;
  categories?: string;
}

/** arXiv's daily announcements: the cheapest daily source, with the kind of announcement and the licence. */
export const arxivRss: Source = {
  id: 'arxiv-rss',
  title: 'arXiv, daily announcements',
  about: 'New papers of this site’s categories, each evening Sunday to Thursday. Metadata is CC0.',
  baseUrl: 'https://rss.arxiv.org',
  politeness: { group: 'arxiv', intervalMs: 3_000 },
  everyMs: 2 * HOUR_MS,
  isDue: mayAnnounce,
  async *pull(context) {
    const { cursor, settings, now } = context;
    const today = arxivDay(now());
    const categories = settings.categories.join('+');
    const known = (cursor ?? {}) as RssCursor;
    const whole = { cursor: { announcedOn: today, categories }, nothingBefore: nextArxivDay(now()) + SETTLED_MS };
    // A day's feed is written once; when it is in, nobody is asked again before the next.
    if (known.announcedOn === today && known.categories === categories) yield whole;
    else if ((yield* readFeed(context, settings.categories, today)).has(today)) yield whole;
    // Empty, or still yesterday's: it is late, or there is none today. It is asked for again in some hours.
    else yield { cursor: { categories } };
  },
};

/**
 * Reads the feed of some categories; one that was cut is read again category by category.
 * @returns the days of its announcements.
 */
async function* readFeed(
  context: PullContext,
  categories: string[],
  today: string,
): AsyncGenerator<Pulled, Set<string>> {
  const { http, baseUrl, database } = context;
  const { body } = await http.get(`${baseUrl}/rss/${categories.join('+')}`, {
    fault: unlessHolds(/<rss[\s>]|<rdf:RDF[\s>]/i),
  });
  const days = new Set<string>();
  let items = 0;
  for await (const record of parseArxivRss(inOneChunk(body), today)) {
    items += 1;
    if (record.listedOn) days.add(record.listedOn);
    // A replacement of a paper that is not here is of any age; taken in, it would look like a paper of today.
    if (record.listedOn === undefined && !(await isHere(database, record.arxivId))) continue;
    yield { record };
  }
  if (items >= MAX_ITEMS && categories.length > 1) {
    for (const category of categories) yield* readFeed(context, [category], today);
  }
  return days;
}

async function isHere({ db }: Database, arxivId = ''): Promise<boolean> {
  const alias = db
    .selectFrom('paper_alias')
    .select('paper_id')
    .where('kind', '=', 'arxiv')
    .where('value', '=', arxivId);
  return (await alias.executeTakeFirst()) !== undefined;
}
