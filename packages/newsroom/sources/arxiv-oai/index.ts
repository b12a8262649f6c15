import { addDays, dayIn } from '../../editions/calendar.ts';
import { SourceError, unlessHolds } from '../http/polite.ts';
import { DAY_MS, type PullContext, type Pulled, type Source } from '../source.ts';
import { inOneChunk } from '../xml.ts';
import { OaiError, parseOaiRecords } from './parse.ts';
import { setOfCategory } from './sets.ts';

/** How far back the first harvest goes; the whole archive is read by setting a cursor or importing files. */
const FIRST_DAYS = 3;
/** An earlier day is answered with badArgument. */
const EARLIEST_DAY = '2005-09-16';
/** A harvest that never ends would keep every other source of arXiv waiting. */
const PAGES_A_PULL = 200;

interface OaiCursor {
  /** By set: everything that had changed before this day was read. */
  reached?: Record<string, string>;
  /** The harvest that is under way: its place, and the day it will have reached. */
  open?: { set: string; token: string; until: string };
}

/**
 * arXiv's bulk interface: what changed since the last harvest in this site's categories, set by set and page by page; a
 * broken harvest goes on where it stopped.
 */
export const arxivOai: Source = {
  id: 'arxiv-oai',
  title: 'arXiv, OAI-PMH',
  about:
    'Every change to papers of this site’s categories: new versions, withdrawals, journal references. Metadata is CC0.',
  baseUrl: 'https://oaipmh.arxiv.org',
  politeness: { group: 'arxiv', intervalMs: 3_000 },
  everyMs: DAY_MS,
  async *pull(context) {
    const { reached = {}, open } = (context.cursor ?? {}) as OaiCursor;
    const today = dayIn(context.now(), 'UTC');
    const sets = [...new Set(context.settings.categories.map(setOfCategory))];
    const progress: Progress = { reached: { ...reached }, pages: 0 };
    // The one that was broken off goes first: its token ends at midnight.
    const order = sets.toSorted((a, b) => Number(b === open?.set) - Number(a === open?.set));
    for (const set of order) {
      const from = [reached[set] ?? addDays(today, -FIRST_DAYS), EARLIEST_DAY].sort()[1];
      const place = open?.set === set ? open : { set, token: undefined, until: today };
      const isDone = yield* harvest(context, { ...place, from }, progress);
      if (!isDone) return;
    }
  },
};

interface Progress {
  reached: Record<string, string>;
  pages: number;
}

/** @returns whether the set was read to its end. */
async function* harvest(
  { http, baseUrl }: PullContext,
  { set, from, until, ...place }: { set: string; from: string; until: string; token: string | undefined },
  progress: Progress,
): AsyncGenerator<Pulled, boolean> {
  for (let { token } = place; progress.pages < PAGES_A_PULL; progress.pages++) {
    // A token is sent alone with the verb: it holds all the other arguments.
    const query = token
      ? `verb=ListRecords&resumptionToken=${encodeURIComponent(token)}`
      : `verb=ListRecords&metadataPrefix=arXivRaw&set=${encodeURIComponent(set)}&from=${from}`;
    const { body } = await http.get(`${baseUrl}/oai?${query}`, { fault: unlessHolds(/<OAI-PMH[\s>]/) });
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
        yield { cursor: { reached: progress.reached } satisfies OaiCursor };
        throw new SourceError(
          `arxiv-oai: the place in the harvest of ${set} has expired; it starts again from ${from} next time.`,
          { cause: error },
        );
      }
      throw error;
    }
    if (token === asked && token !== undefined)
      throw new SourceError(`arxiv-oai: the server gives the same page of ${set} again; the harvest stops here.`);
    if (!token) progress.reached[set] = until;
    const open = token ? { set, token, until } : undefined;
    yield { cursor: { reached: { ...progress.reached }, open } satisfies OaiCursor };
    if (!token) return true;
  }
  return false;
}
