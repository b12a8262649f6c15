import { hashOfText } from './fnv.ts';
import type { IndexedPaper } from './paper.ts';

const END_OF_TEXT = '\uffff';
const END_OF_LIST = '\ufffe';

/** A number that tells whether the indexed words of a paper have changed. */
export function fingerprintOf({ title, abstract, authors, keywords, categories, organization }: IndexedPaper): number {
  let hash = hashOfText(END_OF_TEXT, hashOfText(title));
  const read = (text: string) => {
    hash = hashOfText(END_OF_TEXT, hashOfText(text, hash));
  };
  read(abstract ?? '');
  for (const list of [authors, keywords ?? [], categories]) {
    for (const text of list) read(text);
    hash = hashOfText(END_OF_LIST, hash);
  }
  read(organization ?? '');
  return hash;
}
