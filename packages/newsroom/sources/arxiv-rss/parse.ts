import { instantOf, type PaperRecord, parseArxivId } from '../../papers/index.ts';
import { arxivDay } from '../arxiv-calendar.ts';
import { splitCreators } from '../authors.ts';
import { childText, childTexts, type Element, elementsOf } from '../xml.ts';

/** A feed that says that the question was wrong, as a title. */
export class ArxivRssError extends Error {
  override name = 'ArxivRssError';
}

/**
 * Reads arXiv's daily RSS. A new paper is listed on the day that its item was announced on: a feed that is read late, or
 * once more after midnight, is still that day's.
 * @param today the day for items that do not name theirs
 * @throws {ArxivRssError} for the feed that arXiv sends instead of an error
 */
export async function* parseArxivRss(
  chunks: AsyncIterable<Uint8Array | string>,
  today: string,
): AsyncIterable<PaperRecord> {
  let isFirstTitle = true;
  for await (const element of elementsOf(chunks, new Set(['item', 'title']))) {
    if (element.name === 'title') {
      if (isFirstTitle && /feed error/i.test(element.text))
        throw new ArxivRssError(`arXiv answers "${element.text.trim()}"; is a category misspelt?`);
      isFirstTitle = false;
      continue;
    }
    const record = recordOfItem(element, today);
    if (record) yield record;
  }
}

function recordOfItem(item: Element, today: string): PaperRecord | undefined {
  const address = childText(item, 'guid')?.replace(/^oai:arXiv\.org:/, '') ?? childText(item, 'link') ?? '';
  const id = parseArxivId(address);
  const title = childText(item, 'title');
  if (!id || !title) return undefined;
  const kind = childText(item, 'arxiv:announce_type') ?? 'new';
  const isNew = kind === 'new' || kind === 'cross';
  const announcedAt = instantOf(childText(item, 'pubDate'));
  const categories = childTexts(item, 'category');
  const creators = childText(item, 'dc:creator');
  return {
    source: 'arxiv-rss',
    arxivId: id.id,
    version: id.version,
    title,
    abstract: childText(item, 'description')
      ?.replace(/^arXiv:\S+\s+Announce Type:\s*\S+\s*/i, '')
      .replace(/^Abstract:\s*/i, ''),
    authors: creators ? splitCreators(creators) : undefined,
    categories,
    primaryCategory: categories[0],
    license: childText(item, 'dc:rights'),
    doi: childText(item, 'arxiv:DOI')?.split(/\s+/)[0],
    journalRef: childText(item, 'arxiv:journal_reference'),
    // A replacement updates what is here; it must not look like a paper of today.
    listedOn: !isNew ? undefined : announcedAt === undefined ? today : arxivDay(announcedAt),
    // A cross-list may be of a paper of years ago: its announcement dates neither its first version nor a new one.
    publishedAt: kind === 'new' ? announcedAt : undefined,
    updatedAt: isNew ? undefined : announcedAt,
  };
}
