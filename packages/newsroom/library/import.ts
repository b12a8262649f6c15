import type { Host } from '../host/index.ts';
import { parseArxivId, parseDoi } from '../papers/index.ts';
import { setSaved } from './shelves.ts';
import { readZoteroRdf } from './zotero-rdf.ts';

const MAX_ENTRIES = 5_000;

export interface LibraryImport {
  saved: number;
  /** Identifiers that this site does not know. */
  unknown: string[];
  /** Entries without an arXiv id or a DOI. */
  unnamed: number;
}

/** Puts the papers of a BibTeX, CSL-JSON or Zotero RDF file on a shelf: those that are here, told by arXiv id or DOI. */
export async function importLibrary(
  host: Host,
  { readerId, text, shelf }: { readerId: number; text: string; shelf?: string },
): Promise<LibraryImport | { refused: string }> {
  const entries = entriesOf(text.replace(/^\ufeff/, '').trimStart());
  if (entries === undefined || entries.length === 0)
    return { refused: 'This is neither BibTeX nor CSL-JSON nor Zotero RDF; Zotero exports all three.' };
  if (entries.length > MAX_ENTRIES)
    return { refused: `The file has ${entries.length} entries; import at most ${MAX_ENTRIES} at once.` };
  const report: LibraryImport = { saved: 0, unknown: [], unnamed: 0 };
  for (const named of entries) {
    if (named.length === 0) {
      report.unnamed += 1;
      continue;
    }
    const key = await keyOf(host, named);
    if (key === undefined) {
      report.unknown.push(named[0].value);
      continue;
    }
    const outcome = await setSaved(host, { readerId, paperKey: key, on: true, place: 'page', shelf });
    if ('refused' in outcome) return outcome;
    report.saved += 1;
  }
  return report;
}

interface Name {
  kind: 'arxiv' | 'doi';
  value: string;
}

async function keyOf(host: Host, names: Name[]): Promise<string | undefined> {
  for (const { kind, value } of names) {
    const row = await host.database.db
      .selectFrom('paper_alias as a')
      .innerJoin('paper as p', 'p.id', 'a.paper_id')
      .select(['p.arxiv_id', 'p.short_id'])
      .where('a.kind', '=', kind)
      .where('a.value', '=', value)
      .executeTakeFirst();
    if (row) return row.arxiv_id ?? row.short_id;
  }
  return undefined;
}

function entriesOf(text: string): Name[][] | undefined {
  if (/^[[{]/.test(text)) return ofCsl(text);
  if (text.startsWith('<')) return readZoteroRdf(text)?.map(({ texts, doi }) => namesIn(texts, doi));
  return ofBibtex(text);
}

function ofCsl(text: string): Name[][] | undefined {
  let items: unknown;
  try {
    items = JSON.parse(text);
  } catch {
    return undefined;
  }
  return (Array.isArray(items) ? items : [items]).map((item) => {
    const field = (name: string) => {
      const value = (item as Record<string, unknown> | null)?.[name];
      return typeof value === 'string' ? value : '';
    };
    return namesIn([field('number'), field('URL'), field('id'), field('note')], field('DOI'));
  });
}

/** Each entry from its @ to the next one at a line's beginning; only identifiers are read, so its braces need not close. */
function ofBibtex(text: string): Name[][] {
  const entries = text.split(/^\s*@(?!(?:comment|string|preamble)\b)(?=\w+\s*[{(])/im).slice(1);
  return entries.map((entry) => {
    const field = (name: string) =>
      new RegExp(`(?:^|[,\\s])${name}\\s*=\\s*(?:\\{+([^{}]*)\\}+|"([^"]*)"|([\\w.:/-]+))`, 'i')
        .exec(entry)
        ?.slice(1)
        .find((value) => value !== undefined) ?? '';
    return namesIn([field('eprint'), field('url'), field('note'), field('journal')], field('doi'));
  });
}

function namesIn(texts: string[], doi: string): Name[] {
  const names: Name[] = [];
  for (const text of texts) {
    const inside = /arxiv/i.test(text) ? /\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)?\/\d{7}/.exec(text)?.[0] : undefined;
    const id = (parseArxivId(text) ?? parseArxivId(inside ?? ''))?.id;
    if (id) names.push({ kind: 'arxiv', value: id });
  }
  const parsed = parseDoi(doi);
  if (parsed?.startsWith('10.48550/arxiv.')) {
    const id = parseArxivId(parsed.slice('10.48550/arxiv.'.length))?.id;
    if (id) names.push({ kind: 'arxiv', value: id });
  } else if (parsed) names.push({ kind: 'doi', value: parsed });
  return names;
}
