import { impactIn } from './chunks.ts';
import { Dictionary } from './dictionary.ts';
import { release } from './memory.ts';
import { dayNumber, type IndexedPaper } from './paper.ts';
import { openSections, type Sections } from './sections.ts';

export const HAS_CODE = 1;
export const HAS_EXPERIMENT = 2;
/** The document was removed or replaced; its bytes go with the next merge. */
export const REMOVED = 128;

/**
 * Some papers, indexed: nothing in it changes but what filters look at and the mark of what was removed. It works on the
 * bytes that it is saved as.
 */
export class Segment {
  readonly bytes: Uint8Array;
  readonly s: Sections;
  readonly dictionary: Dictionary;
  /** Names of its categories, by their numbers. */
  readonly categoryNames: string[];
  #removed: number;

  /** @throws {DamagedIndex} */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.s = openSections(bytes);
    this.dictionary = new Dictionary(this.s.dictionary, this.s.dictionaryAt);
    // Copied: a decoder takes no shared memory.
    const names = new TextDecoder().decode(this.s.categoryNames.slice());
    this.categoryNames = names === '' ? [] : names.split('\n');
    this.#removed = 0;
    for (const flags of this.s.flags) if (flags & REMOVED) this.#removed += 1;
  }

  /** Documents, removed ones included. */
  get docs(): number {
    return this.s.ids.length;
  }

  /** Documents that can be found. */
  get live(): number {
    return this.docs - this.#removed;
  }

  get totalLength(): number {
    return this.s.sums[0];
  }

  /** The document of a paper; -1 where it is not here or was removed. */
  docOf(id: number): number {
    const { ids, byId, flags } = this.s;
    let low = 0;
    let high = byId.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = ids[byId[middle]];
      if (at === id) return flags[byId[middle]] & REMOVED ? -1 : byId[middle];
      if (at < id) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The same in memory that other threads may look into; this one is empty afterwards. */
  shared(): Segment {
    if (this.bytes.buffer instanceof SharedArrayBuffer) return this;
    const bytes = new Uint8Array(new SharedArrayBuffer(this.bytes.length));
    bytes.set(this.bytes);
    this.release();
    return new Segment(bytes);
  }

  /** Gives its memory back, where that is its own alone. */
  release(): void {
    const { buffer, length } = this.bytes;
    if (buffer.byteLength === length) release(this.bytes);
  }

  remove(doc: number): void {
    if (this.s.flags[doc] & REMOVED) return;
    this.s.flags[doc] |= REMOVED;
    this.#removed += 1;
  }

  /** Changes what filters and orders look at. */
  setFacts(doc: number, paper: IndexedPaper): void {
    this.s.days[doc] = dayNumber(paper.listedOn);
    this.s.votes[doc] = paper.votes ?? 0;
    this.s.flags[doc] = flagsOf(paper);
  }

  categoriesOf(doc: number): string[] {
    const { categoriesAt, categories } = this.s;
    const names: string[] = [];
    for (let i = categoriesAt[doc]; i < categoriesAt[doc + 1]; i++) names.push(this.categoryNames[categories[i]]);
    return names;
  }

  impact(ordinal: number, doc: number): number {
    return impactIn(this.s, ordinal, doc);
  }

  /** Reads a document's words into an array, as numbers plus one, 0 between title and abstract; how many there are. */
  readWords(doc: number, into: Uint32Array): number {
    const bytes = this.s.words;
    const end = this.s.wordsAt[doc + 1];
    let count = 0;
    for (let at = this.s.wordsAt[doc]; at < end && count < into.length; count++) {
      let byte = bytes[at++];
      let value = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++];
        value |= (byte & 127) << shift;
      }
      into[count] = value;
    }
    return count;
  }
}

/** Abstracts end before; what comes later in a text is not looked at for phrases. */
export const MAX_WORDS = 4_096;

export function flagsOf(paper: IndexedPaper): number {
  return (paper.hasCode ? HAS_CODE : 0) | (paper.hasExperiment ? HAS_EXPERIMENT : 0);
}
