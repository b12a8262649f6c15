import { instantOf, type PaperRecord, parseArxivId } from '../../papers/index.ts';
import { childText, childTexts, type Element, elementsOf } from '../xml.ts';

/** arXiv answers a wrong question with a well-formed feed whose one entry is called "Error". */
export class ArxivApiError extends Error {
  override name = 'ArxivApiError';
}

/** What a page of the query API says of the whole walk. */
export interface AtomPage {
  total?: number;
}

/**
 * Reads arXiv's Atom, from the query API or a file.
 * @throws {ArxivApiError} when the feed says that the question was wrong.
 */
export async function* parseArxivAtom(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncIterable<{ record: PaperRecord } | AtomPage> {
  for await (const element of elementsOf(chunks, new Set(['entry', 'opensearch:totalResults']))) {
    if (element.name === 'opensearch:totalResults') {
      const total = Number(element.text);
      if (Number.isInteger(total)) yield { total };
      continue;
    }
    const record = recordOfEntry(element);
    if (record) yield { record };
  }
}

function recordOfEntry(entry: Element): PaperRecord | undefined {
  const address = childText(entry, 'id') ?? '';
  const title = childText(entry, 'title');
  if (address.includes('/api/errors') || (title === 'Error' && !parseArxivId(address))) {
    throw new ArxivApiError(childText(entry, 'summary') ?? 'arXiv refused the question without a reason');
  }
  const id = parseArxivId(address);
  if (!id || !title) return undefined;
  const comment = childText(entry, 'arxiv:comment');
  const categories = entry.children
    .filter((c) => c.name === 'category')
    .map((c) => c.attributes.term)
    .filter(Boolean);
  return {
    source: 'arxiv-api',
    arxivId: id.id,
    version: id.version,
    title,
    abstract: childText(entry, 'summary'),
    authors: entry.children.filter((c) => c.name === 'author').flatMap((author) => childTexts(author, 'name')),
    categories,
    primaryCategory: entry.children.find((c) => c.name === 'arxiv:primary_category')?.attributes.term ?? categories[0],
    comment,
    journalRef: childText(entry, 'arxiv:journal_ref'),
    doi: childText(entry, 'arxiv:doi')?.split(/\s+/)[0],
    publishedAt: instantOf(childText(entry, 'published')),
    updatedAt: instantOf(childText(entry, 'updated')),
    withdrawn: isWithdrawal(comment) ? { reason: comment, at: instantOf(childText(entry, 'updated')) } : undefined,
  };
}

/**
 * A withdrawal is a version whose comment says so; arXiv has no other mark in this format. "Withdrawn from" a
 * conference is none.
 */
export function isWithdrawal(comment?: string): boolean {
  return (
    comment !== undefined &&
    /^(?:(?:this|the) (?:paper|article|submission|manuscript|work|preprint) (?:has been|is|was)(?: \w+)? |paper )?withdrawn\b(?! from (?!arxiv))/i.test(
      comment.trim(),
    )
  );
}
