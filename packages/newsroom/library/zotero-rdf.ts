import { SaxesParser } from 'saxes';

/** What an item of a file says of itself that may name its paper. */
export interface RdfItem {
  texts: string[];
  doi: string;
}

/** Elements whose text may hold an arXiv id or an address. */
const TELLING = new Set(['dc:identifier', 'rdf:value', 'prism:number', 'dc:description']);
/** What Zotero puts beside the papers: files and notes of them. */
const NO_PAPER = new Set(['attachment', 'note', 'annotation']);

/** Reads the items of a Zotero RDF file; undefined when it is none. Its entities are XML's own five: others are a fault. */
export function readZoteroRdf(text: string): RdfItem[] | undefined {
  const items: RdfItem[] = [];
  const parser = new SaxesParser();
  const path: string[] = [];
  let item: RdfItem & { type?: string } = { texts: [], doi: '' };
  let words = '';
  let isWrong = false;
  parser.on('error', () => {
    isWrong = true;
  });
  parser.on('opentag', ({ name, attributes }) => {
    path.push(name);
    words = '';
    if (path.length === 2) item = { texts: [String(attributes['rdf:about'] ?? '')], doi: '' };
  });
  parser.on('text', (part) => {
    words += part;
  });
  parser.on('closetag', ({ name }) => {
    const said = words.trim();
    words = '';
    path.pop();
    if (path.length === 2 && name === 'z:itemType') item.type = said;
    if (path.length >= 2 && TELLING.has(name) && said) {
      const doi = /^DOI\s+(\S+)$/i.exec(said)?.[1];
      if (doi) item.doi = doi;
      else item.texts.push(said);
    }
    if (path.length === 1 && item.type !== undefined && !NO_PAPER.has(item.type)) items.push(item);
  });
  parser.write(text).close();
  return isWrong ? undefined : items;
}
