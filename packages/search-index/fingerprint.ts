import type { IndexedPaper } from './paper.ts';

/** A number that tells whether the indexed words of a paper have changed: FNV-1a over its texts. */
export function fingerprintOf({ title, abstract, authors, keywords, categories, organization }: IndexedPaper): number {
  let hash = 0x811c9dc5;
  const read = (text: string) => {
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  };
  read(title);
  read(abstract ?? '');
  for (const list of [authors, keywords ?? [], categories]) {
    for (const text of list) read(text);
    hash = Math.imul(hash ^ 0xfffe, 0x01000193);
  }
  read(organization ?? '');
  return hash >>> 0;
}
