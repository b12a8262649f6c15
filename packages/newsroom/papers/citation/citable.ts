/** What a citation needs to know of a paper; both a full paper and a list's entry offer it. */
export interface Citable {
  key: string;
  arxivId?: string;
  title: string;
  abstract?: string;
  authors: string[];
  categories: string[];
  keywords: string[];
  doi?: string;
  venue?: string;
  journalRef?: string;
  /** Its address, where a source names it. */
  license?: string;
  publishedAt?: number;
  listedOn: string;
}

export interface CitationContext {
  /** Address of the site without a trailing slash. */
  baseUrl: string;
}

/** The date to cite: the first version's, or the day of listing. */
export function dateOf(paper: Citable): { year: number; month: number; day: number; iso: string } {
  const iso = paper.publishedAt === undefined ? paper.listedOn : new Date(paper.publishedAt).toISOString().slice(0, 10);
  const [year, month, day] = iso.split('-').map(Number);
  return { year, month, day, iso };
}

/** Family and given names by the usual rule: the last word is the family name, unless a comma says otherwise. */
export function splitName(name: string): { family: string; given: string } {
  const comma = name.indexOf(',');
  if (comma > 0) return { family: name.slice(0, comma).trim(), given: name.slice(comma + 1).trim() };
  const words = name.split(/\s+/);
  // "van der Berg": lower-case particles belong to the family name.
  let from = words.length - 1;
  while (from > 1 && /^\p{Ll}/u.test(words[from - 1])) from -= 1;
  return { family: words.slice(from).join(' '), given: words.slice(0, from).join(' ') };
}

export function paperUrl(paper: Citable, { baseUrl }: CitationContext): string {
  return `${baseUrl}/papers/${paper.key}`;
}

/** The paper's DOI; every paper of arXiv has one there. */
export function doiOf({ doi, arxivId }: Citable): string | undefined {
  return doi ?? (arxivId ? `10.48550/arXiv.${arxivId}` : undefined);
}

export function arxivUrl(arxivId: string): string {
  return `https://arxiv.org/abs/${arxivId}`;
}
