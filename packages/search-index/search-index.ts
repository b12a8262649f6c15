import { facetsOf, ordered, placesOf } from './by-id.ts';
import type { Facets } from './facets.ts';
import { allowing, type Filter } from './filter.ts';
import { fingerprintOf } from './fingerprint.ts';
import { merge } from './merge.ts';
import type { IndexedPaper } from './paper.ts';
import { type ByteSource, readForm, writeForm } from './saved-form.ts';
import { type SearchAnswer, type SearchOptions, search } from './search.ts';
import type { Segment } from './segment.ts';
import { SegmentBuilder } from './segment-builder.ts';
import { type Similar, similar } from './similar.ts';

/** Postings that are gathered before they are sealed: some 30,000 papers with abstracts, 60 MB while they are. */
const SEAL_AT_POSTINGS = 4_000_000;
/** So many segments of like size are merged into one. */
const MERGE_AT = 6;
/**
 * No segment is merged to more papers than these, some 400 MB: a merge takes as much memory beside what it merges, and
 * what comes of it, in a large index, is a small part of all.
 */
const LARGEST_SEGMENT = 600_000;

export interface IndexOptions {
  /**
   * False while an index is built: the memory of segments that are merged is given back at once, and not when the
   * collector comes to it. Answers that were given before a merge would explain nothing any more.
   */
  isSearched?: boolean;
  /** How many postings are gathered at most. */
  sealAt?: number;
  /** How many papers a segment is merged to at most. */
  largestSegment?: number;
}

/**
 * A keyword index in memory: BM25 over weighted fields (BM25F), phrases, fields, exclusion, beginnings, typing errors.
 * Papers are added, replaced and removed one by one: they are gathered, sealed into a segment when a search or a save
 * asks for them, and segments of like size are merged. Runs in Node and in browsers.
 */
export class SearchIndex {
  /** How far in the store's change sequence the index has followed; kept for its owner, and saved. */
  changeSeq = 0;
  #segments: readonly Segment[] = [];
  #gathering = new SegmentBuilder();
  #gathered = 0;
  readonly #options: Required<IndexOptions>;

  constructor({ isSearched = true, sealAt = SEAL_AT_POSTINGS, largestSegment = LARGEST_SEGMENT }: IndexOptions = {}) {
    this.#options = { isSearched, sealAt, largestSegment };
  }

  /**
   * Opens what `save` wrote. The bytes are kept and used where they are.
   * @param owner when given, an index that was saved for another is refused
   * @throws {DamagedIndex} @throws {WrongVersion} @throws {ForeignIndex} all mean: build anew
   */
  static open(saved: Uint8Array | ByteSource, owner?: string): SearchIndex {
    const { changeSeq, segments } = readForm(saved instanceof Uint8Array ? sourceOf(saved) : saved, owner);
    return SearchIndex.of(segments, changeSeq);
  }

  /** An index of segments that another thread has built. */
  static of(segments: readonly Segment[], changeSeq: number, options?: IndexOptions): SearchIndex {
    const index = new SearchIndex(options);
    index.changeSeq = changeSeq;
    index.#segments = segments;
    return index;
  }

  /**
   * The whole index for one file, as pieces that come one after another.
   * @param owner a name of the store that it was made from
   */
  save(owner = ''): Uint8Array[] {
    return writeForm({ changeSeq: this.changeSeq, owner, segments: this.segments });
  }

  /** What the index consists of, everything that was added included. */
  get segments(): readonly Segment[] {
    this.#seal();
    return this.#segments;
  }

  /** How many papers can be found. */
  get size(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.live, this.#gathered);
  }

  /** Bytes of all segments. */
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes.length, 0);
  }

  /** Adds a paper, or replaces what was known of it; where only its day, votes or marks changed, those alone. */
  upsert(paper: IndexedPaper): void {
    const fingerprint = fingerprintOf(paper);
    if (this.#setFacts(paper, fingerprint)) return;
    this.remove(paper.id);
    this.#gathering.add(paper, fingerprint);
    this.#gathered += 1;
    // It is full, and so will the next one be; one that is sealed because it is looked into may be the last.
    if (this.#gathering.postings >= this.#options.sealAt) this.#seal(this.#gathering.successor());
  }

  /** Makes a paper unfindable; an unknown id is no fault. */
  remove(id: number): void {
    if (this.#gathering.remove(id)) {
      this.#gathered -= 1;
      return;
    }
    for (const segment of this.#segments) {
      const doc = segment.docOf(id);
      if (doc >= 0) segment.remove(doc);
    }
  }

  /** @throws {QueryTooLong} above 250 characters */
  search(text: string, options?: SearchOptions): SearchAnswer {
    return search(this.segments, text, options);
  }

  /** Papers that share the most telling words with a text, the text's own paper left out. */
  similar(text: string, options: { limit: number; except: number; filter?: Filter }): Similar {
    return similar(this.segments, text, options);
  }

  /** How many of some papers are what. */
  facetsOf(ids: readonly number[], groupOf?: (paperId: number) => number | undefined): Facets {
    return facetsOf(this.segments, placesOf(this.segments, ids), groupOf);
  }

  /** Some papers in the order of the calendar, or of their votes; those that are not here are left out. */
  ordered(ids: readonly number[], sort: 'newest' | 'votes'): number[] {
    const { segments } = this;
    return ordered(segments, placesOf(segments, ids), sort).map((f) => segments[f.segment].s.ids[f.doc]);
  }

  /** A test of papers by their ids: whether they are here and a filter lets them through. */
  allowing(filter: Filter): (id: number) => boolean {
    const tests = this.segments.map((segment) => ({ segment, isAllowed: allowing(segment, filter) }));
    return (id) =>
      tests.some(({ segment, isAllowed }) => {
        const doc = segment.docOf(id);
        return doc >= 0 && isAllowed(doc);
      });
  }

  /** Merges all segments into one, or into few that are as large as any; for the end of a build. */
  compact(): void {
    this.#seal();
    for (let at = 0; at < this.#segments.length; at++) {
      const count = thatFit(this.#segments.slice(at), this.#options.largestSegment);
      const { live, docs } = this.#segments[at];
      if (count > 1 || live < docs) this.#merge(at, count);
    }
  }

  /**
   * Moves all segments to memory that other threads may look into, one after another. Until then they lie in memory of
   * their own: the collector takes no account of what is shared, and those merged away would stay for long.
   * @returns what another thread makes its segments of. Answers that were given before explain nothing any more
   */
  share(): Uint8Array[] {
    this.#segments = this.segments;
    for (let at = 0; at < this.#segments.length; at++)
      this.#segments = this.#segments.with(at, this.#segments[at].shared());
    return this.#segments.map(({ bytes }) => bytes);
  }

  #setFacts(paper: IndexedPaper, fingerprint: number): boolean {
    if (this.#gathering.fingerprintOf(paper.id) === fingerprint) {
      this.#gathering.setFacts(paper.id, paper);
      return true;
    }
    for (const segment of this.#segments) {
      const doc = segment.docOf(paper.id);
      if (doc < 0) continue;
      if (segment.s.fingerprints[doc] !== fingerprint) return false;
      segment.setFacts(doc, paper);
      return true;
    }
    return false;
  }

  #seal(next = new SegmentBuilder()): void {
    if (this.#gathering.size === 0) return;
    if (this.#gathered > 0) this.#segments = [...this.#segments, this.#gathering.seal()];
    this.#gathering = next;
    this.#gathered = 0;
    this.#mergeLike();
  }

  /** Merges the last segments while so many of them are of like size: each paper is merged a logarithmic number of times. */
  #mergeLike(): void {
    for (;;) {
      const last = this.#segments.slice(-MERGE_AT);
      const sizes = last.map((s) => s.live);
      if (last.length < MERGE_AT || Math.max(...sizes) > this.#options.largestSegment / 2) return;
      if (Math.max(...sizes) > MERGE_AT * Math.max(64, Math.min(...sizes))) return;
      this.#merge(this.#segments.length - MERGE_AT, thatFit(last, this.#options.largestSegment));
    }
  }

  #merge(at: number, count: number): void {
    const before = this.#segments.slice(at, at + count);
    this.#segments = this.#segments.toSpliced(at, count, merge(before));
    if (!this.#options.isSearched) for (const segment of before) segment.release();
  }
}

function sourceOf(given: Uint8Array): ByteSource {
  const bytes = given.byteOffset % 8 === 0 ? given : new Uint8Array(given);
  let at = 0;
  return {
    size: bytes.length,
    take: (length) => {
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
}

/** How many segments, from the first on, may become one. */
function thatFit(segments: readonly Segment[], largest: number): number {
  let papers = 0;
  const tooMany = segments.findIndex(({ live }, place) => {
    papers += live;
    return place > 0 && papers > largest;
  });
  return tooMany < 0 ? segments.length : tooMany;
}
