import { plainText } from '../text/index.ts';
import { arxivUrl, type Citable, type CitationContext, dateOf, paperUrl, splitName } from './citable.ts';

const NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  z: 'http://www.zotero.org/namespaces/export#',
  bib: 'http://purl.org/net/biblio#',
  dc: 'http://purl.org/dc/elements/1.1/',
  dcterms: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  prism: 'http://prismstandard.org/namespaces/1.2/basic/',
};

/** Papers as Zotero RDF: what Zotero itself exports, with a type of item that the other formats have no word for. */
export function toZoteroRdf(papers: Citable[], context: CitationContext): string {
  const names = Object.entries(NAMESPACES).map(([prefix, name]) => ` xmlns:${prefix}="${name}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF${names.join('')}>
${papers.map((paper) => item(paper, context)).join('\n')}
</rdf:RDF>
`;
}

function item(paper: Citable, context: CitationContext): string {
  const url = paper.arxivId ? arxivUrl(paper.arxivId) : paperUrl(paper, context);
  const doi = paper.doi ?? (paper.arxivId ? `10.48550/arXiv.${paper.arxivId}` : undefined);
  const within = paper.journalRef ?? paper.venue;
  const type = paper.journalRef ? 'journalArticle' : paper.venue ? 'conferencePaper' : 'preprint';
  const lines = [
    `<z:itemType>${type}</z:itemType>`,
    `<dc:title>${escaped(plainText(paper.title))}</dc:title>`,
    paper.authors.length > 0
      ? `<bib:authors><rdf:Seq>${paper.authors.map((name) => `<rdf:li>${person(name)}</rdf:li>`).join('')}</rdf:Seq></bib:authors>`
      : '',
    paper.abstract ? `<dcterms:abstract>${escaped(plainText(paper.abstract))}</dcterms:abstract>` : '',
    `<dc:date>${dateOf(paper).iso}</dc:date>`,
    ...paper.keywords.map((word) => `<dc:subject>${escaped(word)}</dc:subject>`),
    within
      ? `<dcterms:isPartOf><bib:Journal><dc:title>${escaped(within)}</dc:title></bib:Journal></dcterms:isPartOf>`
      : '',
    !within && paper.arxivId
      ? `<dc:publisher><foaf:Organization><foaf:name>arXiv</foaf:name></foaf:Organization></dc:publisher><prism:number>arXiv:${escaped(paper.arxivId)}</prism:number>`
      : '',
    doi ? `<dc:identifier>DOI ${escaped(doi)}</dc:identifier>` : '',
    `<dc:identifier><dcterms:URI><rdf:value>${escaped(url)}</rdf:value></dcterms:URI></dc:identifier>`,
  ];
  return `  <rdf:Description rdf:about="${escaped(url)}">
${lines
  .filter(Boolean)
  .map((line) => `    ${line}`)
  .join('\n')}
  </rdf:Description>`;
}

function person(name: string): string {
  const { family, given } = splitName(name);
  const first = given ? `<foaf:givenName>${escaped(given)}</foaf:givenName>` : '';
  return `<foaf:Person><foaf:surname>${escaped(family)}</foaf:surname>${first}</foaf:Person>`;
}

/** Text for XML, without the control characters that XML cannot hold. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .toWellFormed()
      .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
  );
}
