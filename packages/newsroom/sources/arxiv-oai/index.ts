import { addDays, dayIn } from '../../editions/calendar.ts';
import { SourceError } from '../http/polite.ts';
import { DAY_MS, type Source } from '../source.ts';
import { inOneChunk } from '../xml.ts';
import { OaiError, parseOaiRecords } from './parse.ts';

/** How far back the first harvest goes; the whole archive is read by setting a cursor or importing files. */
const FIRST_DAYS = 3;
/** A harvest that never ends would keep every other source of arXiv waiting. */
const PAGES_A_PULL = 200;

interface OaiCursor {
  /** Records changed from this day on were read. */
  from?: string;
  /** Inside a harvest: its place, and the day it will have reached. */
  token?: string;
  until?: string;
}

/** arXiv's bulk interface: what changed since the last harvest, page by page; a broken harvest goes on where it stopped. */
export const arxivOai: Source = {
  id: 'arxiv-oai',
  title: 'arXiv, OAI-PMH',
  about:
    'Every change to papers of computer science and statistics: new versions, withdrawals, journal references. Metadata is CC0.',
  baseUrl: 'https://oaipmh.arxiv.org',
  politeness: { group: 'arxiv', intervalMs: 3_000 },
  everyMs: DAY_MS,
  async *pull({ http, baseUrl, cursor, now }) {
    const known = (cursor ?? {}) as OaiCursor;
    const today = dayIn(now(), 'UTC');
    const from = known.from ?? addDays(today, -FIRST_DAYS);
    let token = known.token;
    const until = token ? (known.until ?? today) : today;
    for (let page = 0; page < PAGES_A_PULL; page++) {
      // A token is sent alone with the verb: it holds all the other arguments.
      const query = token
        ? `verb=ListRecords&resumptionToken=${encodeURIComponent(token)}`
        : `verb=ListRecords&metadataPrefix=arXivRaw&set=cs&from=${from}`;
      const { body } = await http.get(`${baseUrl}/oai?${query}`, { accept: (text) => /<OAI-PMH[\s>]/.test(text) });
      const asked = token;
      token = undefined;
      try {
        for await (const item of parseOaiRecords(inOneChunk(body))) {
          if ('record' in item) yield { record: item.record };
          else token = item.resumptionToken;
        }
      } catch (error) {
        // Tokens end at midnight UTC; then the harvest starts again from its first day, and what is known changes nothing.
        if (error instanceof OaiError && error.code === 'badResumptionToken' && asked) {
          yield { cursor: { from } satisfies OaiCursor };
          throw new SourceError(
            'arxiv-oai: the place in the harvest has expired; it starts again from its first day next time.',
            { cause: error },
          );
        }
        throw error;
      }
      if (token === asked && token !== undefined)
        throw new SourceError('arxiv-oai: the server gives the same page again; the harvest stops here.');
      yield { cursor: (token ? { from, token, until } : { from: until }) satisfies OaiCursor };
      if (!token) return;
    }
  },
};
