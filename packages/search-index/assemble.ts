import { type ChunkArrays, grownTo } from './chunks.ts';
import { writeDictionary } from './dictionary.ts';
import { packSections } from './sections.ts';

/** Stands between title and abstract, so that no phrase reaches across. */
export const BETWEEN_FIELDS = 0xffffffff;

/** The parts of a segment: documents numbered from 0, terms ascending. */
export interface Parts {
  terms: readonly string[];
  df: Uint32Array;
  chunks: ChunkArrays;
  ids: Float64Array;
  fingerprints: Uint32Array;
  days: Int32Array;
  votes: Int32Array;
  flags: Uint8Array;
  /** Weighted length of all texts. */
  totalLength: number;
  categories: readonly string[][];
  /** Ordinals of the words of a document's title and abstract in order, BETWEEN_FIELDS between the two. */
  wordsOf(doc: number): Uint32Array;
}

/** Lays the parts of a segment out in its bytes. */
export function assemble(parts: Parts): Uint8Array {
  const { terms, df, chunks, ids } = parts;
  const ordinalOf = Uint32Array.from(terms.keys()).sort((a, b) => df[b] - df[a] || a - b);
  const numberOf = new Uint32Array(terms.length);
  for (let number = 0; number < ordinalOf.length; number++) numberOf[ordinalOf[number]] = number;
  return packSections({
    sums: Float64Array.of(parts.totalLength),
    ids,
    fingerprints: parts.fingerprints,
    days: parts.days,
    votes: parts.votes,
    flags: parts.flags,
    byId: Uint32Array.from(ids.keys()).sort((a, b) => ids[a] - ids[b]),
    ...categoryColumns(parts.categories),
    ...packedWords(parts, numberOf),
    numberOf,
    ordinalOf,
    ...writeDictionary(terms),
    df,
    ...chunks,
  });
}

function categoryColumns(categories: Parts['categories']) {
  const numberOf = new Map<string, number>();
  const at = new Uint32Array(categories.length + 1);
  const numbers: number[] = [];
  for (const [doc, names] of categories.entries()) {
    for (const name of names) {
      let number = numberOf.get(name);
      if (number === undefined) {
        number = numberOf.size;
        numberOf.set(name, number);
      }
      numbers.push(number);
    }
    at[doc + 1] = numbers.length;
  }
  return {
    categoriesAt: at,
    categories: Uint16Array.from(numbers),
    categoryNames: new TextEncoder().encode([...numberOf.keys()].join('\n')),
  };
}

/** Words as numbers of seven bits a byte; 0 parts the fields, so a word is its number plus one. */
function packedWords({ ids, wordsOf }: Parts, numberOf: Uint32Array) {
  const wordsAt = new Uint32Array(ids.length + 1);
  let bytes = new Uint8Array(ids.length * 256 + 1024);
  let at = 0;
  for (let doc = 0; doc < ids.length; doc++) {
    const words = wordsOf(doc);
    if (at + words.length * 5 > bytes.length) bytes = grownTo(bytes, (at + words.length * 5) * 2);
    for (let i = 0; i < words.length; i++) {
      let rest = words[i] === BETWEEN_FIELDS ? 0 : numberOf[words[i]] + 1;
      while (rest > 127) {
        bytes[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    }
    wordsAt[doc + 1] = at;
  }
  return { wordsAt, words: bytes.slice(0, at) };
}
