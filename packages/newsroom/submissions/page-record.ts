import { type PaperRecord, parseArxivId, parseDoi } from '../papers/index.ts';

/** What a publisher's page says of its paper in the tags that Google Scholar and Zotero read; undefined where it says too little. */
export function recordOfPage(html: string): PaperRecord | undefined {
  const tags = new Map<string, string[]>();
  for (const [tag] of html.matchAll(/<meta\b[^>]{0,4000}>/gi)) {
    const name = attribute(tag, 'name')?.toLowerCase() ?? attribute(tag, 'property')?.toLowerCase();
    const content = attribute(tag, 'content');
    if (name && content) tags.set(name, [...(tags.get(name) ?? []), decoded(content)]);
  }
  const first = (...names: string[]) => names.flatMap((name) => tags.get(name) ?? [])[0];
  const title = first('citation_title', 'dc.title');
  if (!title) return undefined;
  const arxivId = first('citation_arxiv_id');
  const doi = parseDoi(first('citation_doi', 'dc.identifier', 'prism.doi') ?? '');
  const published = Date.parse(first('citation_publication_date', 'citation_online_date', 'citation_date') ?? '');
  return {
    source: 'submission',
    title: title.slice(0, 2_000),
    arxivId: arxivId === undefined ? undefined : parseArxivId(arxivId)?.id,
    doi,
    abstract: first('citation_abstract', 'dc.description')?.slice(0, 50_000),
    authors: tags.get('citation_author')?.slice(0, 1_000).map(natural),
    venue: first('citation_conference_title', 'citation_journal_title'),
    publishedAt: Number.isNaN(published) ? undefined : published,
  };
}

/** CSL-JSON, as doi.org hands it over. */
export function recordOfCsl(json: string, doi: string): PaperRecord | undefined {
  let csl: Record<string, unknown>;
  try {
    csl = JSON.parse(json);
  } catch {
    return undefined;
  }
  const title = Array.isArray(csl.title) ? csl.title[0] : csl.title;
  if (typeof title !== 'string' || !title.trim()) return undefined;
  const people = Array.isArray(csl.author) ? (csl.author as Record<string, unknown>[]) : [];
  const parts = (csl.issued as { 'date-parts'?: number[][] } | undefined)?.['date-parts']?.[0];
  const venue = Array.isArray(csl['container-title']) ? csl['container-title'][0] : csl['container-title'];
  return {
    source: 'submission',
    title: title.slice(0, 2_000),
    doi,
    abstract: typeof csl.abstract === 'string' ? csl.abstract.replace(/<[^>]*>/g, ' ').slice(0, 50_000) : undefined,
    authors: people
      .slice(0, 1_000)
      .map((p) => [p.given, p.family ?? p.literal].filter((part) => typeof part === 'string').join(' '))
      .filter(Boolean),
    venue: typeof venue === 'string' ? venue : undefined,
    publishedAt: parts?.[0] ? Date.UTC(parts[0], (parts[1] ?? 1) - 1, parts[2] ?? 1) : undefined,
  };
}

/** The ORCID iDs that a registration agency gives for a work's authors. */
export function orcidsOfCsl(json: string): string[] {
  const found = /"ORCID"\s*:\s*"(?:https?:(?:\\?\/){2}orcid\.org\\?\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])"/g;
  return [...new Set([...json.matchAll(found)].map((match) => match[1]))].slice(0, 1_000);
}

function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag);
  return match?.[1] ?? match?.[2];
}

/** "Löwe, Ada" is Ada Löwe. */
function natural(name: string): string {
  const [family, given, ...rest] = name.split(',').map((part) => part.trim());
  return (given && rest.length === 0 ? `${given} ${family}` : name).slice(0, 500);
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (all, ten, sixteen, name) => {
      if (name) return NAMED[name.toLowerCase()] ?? all;
      const code = ten ? Number(ten) : Number.parseInt(sixteen, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .toWellFormed()
    .replaceAll('\u0000', '');
}
