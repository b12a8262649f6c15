import type { AliasKind } from '@broadsheet/database';
import type { PaperRecord } from './record.ts';

/** One of a paper's outside names; two records that share one are the same work. */
export interface Alias {
  kind: AliasKind;
  value: string;
}

/** The order in which aliases decide: arXiv id, DOI, OpenReview forum, then title + first author + year. */
export const ALIAS_ORDER: AliasKind[] = ['arxiv', 'doi', 'openreview', 'title'];

const NEW_ID = /^(\d{2})(\d{2})\.(\d{4,5})(?:v([1-9]\d*))?$/;
const OLD_ID = /^([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?\/(\d{7})(?:v([1-9]\d*))?$/;
/** Since January 2015 the number has five digits. */
const FIVE_DIGITS_FROM = 1501;

/**
 * Reads an arXiv identifier in any of its written forms ('2410.06535v2', 'arXiv:math.CA/0611800', an abs or pdf link).
 * @returns its canonical form without version, and the version if one was named; undefined when it is none.
 */
export function parseArxivId(text: string): { id: string; version?: number } | undefined {
  const bare = text
    .trim()
    .replace(/^https?:\/\/(?:www\.|export\.)?arxiv\.org\/(?:abs|pdf|html)\//i, '')
    .replace(/^arxiv:/i, '')
    .replace(/\.pdf$/i, '');
  const modern = NEW_ID.exec(bare);
  if (modern) {
    const [, year, month, number, version] = modern;
    const isValid = Number(month) >= 1 && Number(month) <= 12 && Number(year + month) >= 704;
    const digits = Number(year + month) >= FIVE_DIGITS_FROM ? 5 : 4;
    if (!isValid || number.length !== digits) return undefined;
    return withVersion(`${year}${month}.${number}`, version);
  }
  const old = OLD_ID.exec(bare);
  return old ? withVersion(`${old[1]}/${old[2]}`, old[3]) : undefined;
}

/** A DOI in lower case without resolver or prefix; undefined when it is none. */
export function parseDoi(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^https?:\/\/(?:dx\.)?doi\.org\//i, '')
    .replace(/^doi:\s*/i, '')
    .toLowerCase();
  return /^10\.\d{4,9}\/\S+$/.test(bare) ? bare : undefined;
}

/** Every alias that a record gives its paper. The DOI that arXiv registers is the arXiv id itself. */
export function aliasesOf(record: PaperRecord): Alias[] {
  const aliases: Alias[] = [];
  const doi = record.doi ? parseDoi(record.doi) : undefined;
  const fromDoi = doi?.startsWith('10.48550/arxiv.') ? parseArxivId(doi.slice('10.48550/arxiv.'.length)) : undefined;
  const arxiv = (record.arxivId ? parseArxivId(record.arxivId) : undefined) ?? fromDoi;
  if (arxiv) aliases.push({ kind: 'arxiv', value: arxiv.id });
  if (doi && !fromDoi) aliases.push({ kind: 'doi', value: doi });
  if (record.openreviewId) aliases.push({ kind: 'openreview', value: record.openreviewId });
  const title = titleKey(record);
  if (title) aliases.push({ kind: 'title', value: title });
  return aliases;
}

/** Normalised title, first author's last name and year; undefined when one is missing or the title is too short to tell. */
function titleKey(record: PaperRecord): string | undefined {
  const at = record.publishedAt ?? (record.listedOn ? Date.parse(record.listedOn) : undefined);
  const first = record.authors?.[0];
  if (at === undefined || !first) return undefined;
  const title = letters(record.title);
  // Below this, titles like "Reply" or "Erratum" by one author in one year are different works.
  if (title.length < 20) return undefined;
  return `${title}|${letters(first.split(/\s+/).at(-1) ?? first)}|${new Date(at).getUTCFullYear()}`;
}

/** Lower-case letters and digits of any script, without accents. */
function letters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

function withVersion(id: string, version?: string): { id: string; version?: number } {
  return version ? { id, version: Number(version) } : { id };
}
