import { instantOf, type PaperRecord, plainText } from '../../papers/index.ts';
import { isWithdrawal } from '../arxiv-api/parse.ts';
import { splitAuthors } from '../authors.ts';
import { childText, type Element, elementsOf } from '../xml.ts';

/** An error that OAI-PMH reports inside a well-formed answer. */
export class OaiError extends Error {
  override name = 'OaiError';
  readonly code: string;
  constructor(code: string, text: string) {
    super(`${code}: ${text || 'no reason given'}`);
    this.code = code;
  }
}

export type OaiItem = { record: PaperRecord } | { resumptionToken: string };

/**
 * Reads arXiv's OAI-PMH answers in the formats `arXiv` and `arXivRaw`. The empty token of the last page is not passed on.
 * @throws {OaiError} for every error but `noRecordsMatch`, which only means that nothing is new.
 */
export async function* parseOaiRecords(chunks: AsyncIterable<Uint8Array | string>): AsyncIterable<OaiItem> {
  for await (const element of elementsOf(chunks, new Set(['record', 'resumptionToken', 'error']))) {
    if (element.name === 'error') {
      if (element.attributes.code === 'noRecordsMatch') return;
      throw new OaiError(element.attributes.code ?? 'error', element.text.trim());
    }
    if (element.name === 'resumptionToken') {
      if (element.text.trim()) yield { resumptionToken: element.text.trim() };
      continue;
    }
    const metadata = element.children.find((child) => child.name === 'metadata')?.children[0];
    const record = metadata && (metadata.name.endsWith('arXivRaw') ? rawRecord(metadata) : arxivRecord(metadata));
    if (record) yield { record };
  }
}

function arxivRecord(m: Element): PaperRecord | undefined {
  const common = commonFields(m);
  if (!common) return undefined;
  const authors = m.children.find((child) => child.name === 'authors')?.children ?? [];
  return {
    ...common,
    authors: authors.map(personName).filter(Boolean).map(plainText),
    publishedAt: instantOf(childText(m, 'created')),
    updatedAt: instantOf(childText(m, 'updated')) ?? instantOf(childText(m, 'created')),
  };
}

/** `arXivRaw` tells the versions; a size type holding "I" marks a withdrawal. */
function rawRecord(m: Element): PaperRecord | undefined {
  const common = commonFields(m);
  if (!common) return undefined;
  const versions = m.children
    .filter((child) => child.name === 'version')
    .flatMap((child) => {
      const number = Number(child.attributes.version?.replace(/^v/, ''));
      if (!Number.isInteger(number) || number < 1) return [];
      const isIgnored = (childText(child, 'source_type') ?? '').includes('I');
      return [
        {
          version: number,
          submittedAt: instantOf(childText(child, 'date')),
          size: childText(child, 'size'),
          isWithdrawal: isIgnored,
        },
      ];
    })
    .sort((a, b) => a.version - b.version);
  const last = versions.at(-1);
  const authors = childText(m, 'authors');
  return {
    ...common,
    authors: authors ? splitAuthors(authors) : undefined,
    versions,
    version: last?.version,
    publishedAt: versions[0]?.submittedAt,
    updatedAt: last?.submittedAt,
    withdrawn: last?.isWithdrawal ? { at: last.submittedAt, reason: common.comment } : common.withdrawn,
  };
}

function commonFields(m: Element): PaperRecord | undefined {
  const id = childText(m, 'id');
  const title = childText(m, 'title');
  if (!id || !title) return undefined;
  const comment = childText(m, 'comments');
  const categories = childText(m, 'categories')?.split(/\s+/);
  // acm-class is left out: the server prints the MSC value there.
  return {
    source: 'arxiv-oai',
    arxivId: id,
    title,
    abstract: childText(m, 'abstract'),
    categories,
    primaryCategory: categories?.[0],
    comment,
    journalRef: childText(m, 'journal-ref'),
    doi: childText(m, 'doi')?.split(/\s+/)[0],
    license: childText(m, 'license'),
    withdrawn: isWithdrawal(comment) ? { reason: comment } : undefined,
  };
}

function personName(author: Element): string {
  return [childText(author, 'forenames'), childText(author, 'keyname'), childText(author, 'suffix')]
    .filter(Boolean)
    .join(' ');
}
