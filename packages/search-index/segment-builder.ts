import { BETWEEN_FIELDS } from './assemble.ts';
import { WEIGHT } from './bm25.ts';
import { grownTo } from './chunks.ts';
import { Lexicon } from './lexicon.ts';
import { dayNumber, FIELD_SIGN, type IndexedPaper } from './paper.ts';
import { seal, WEIGHT_STEPS } from './seal.ts';
import { flagsOf, Segment } from './segment.ts';
import { fold } from './tokens.ts';

/** A title is no less to the point for having two hundred authors: so many names make a text longer, and no more. */
const LENGTHENING_AUTHORS = 8;

/**
 * Gathers papers until they are sealed into a segment. Postings are written as they come, one flat list for all, and put
 * into the order of their terms once: growing a list for each term took half of the time.
 */
export class SegmentBuilder {
  readonly #lexicon = new Lexicon();
  readonly #ids: number[] = [];
  readonly #fingerprints: number[] = [];
  readonly #days: number[] = [];
  readonly #votes: number[] = [];
  readonly #flags: number[] = [];
  readonly #lengths: number[] = [];
  readonly #categories: string[][] = [];
  readonly #docOf = new Map<number, number>();
  #termOf = new Uint32Array(1 << 12);
  #weightOf = new Uint16Array(1 << 12);
  readonly #starts: number[] = [0];
  #postings = 0;
  #words = new Uint32Array(1 << 12);
  readonly #wordStarts: number[] = [0];
  #wordCount = 0;
  /** Of the paper that is being read: each term's weight, and which terms there are. */
  #weights = new Float64Array(1 << 12);
  #touched = new Uint32Array(1 << 12);
  #touchedCount = 0;

  /** A builder that uses this one's arrays again, which have grown to the size that is needed. */
  successor(): SegmentBuilder {
    const next = new SegmentBuilder();
    next.#termOf = this.#termOf;
    next.#weightOf = this.#weightOf;
    next.#words = this.#words;
    next.#weights = this.#weights;
    next.#touched = this.#touched;
    return next;
  }

  /** Papers in it, those replaced since included. */
  get size(): number {
    return this.#ids.length;
  }

  get postings(): number {
    return this.#postings;
  }

  has(id: number): boolean {
    return this.#docOf.has(id);
  }

  fingerprintOf(id: number): number | undefined {
    const doc = this.#docOf.get(id);
    return doc === undefined ? undefined : this.#fingerprints[doc];
  }

  /** Changes what filters and orders look at; the text stays. */
  setFacts(id: number, paper: IndexedPaper): void {
    const doc = this.#docOf.get(id) as number;
    this.#days[doc] = dayNumber(paper.listedOn);
    this.#votes[doc] = paper.votes ?? 0;
    this.#flags[doc] = flagsOf(paper);
  }

  remove(id: number): boolean {
    const doc = this.#docOf.get(id);
    if (doc === undefined) return false;
    this.#docOf.delete(id);
    this.#ids[doc] = -1;
    return true;
  }

  /** Adds a paper that is not in it. */
  add(paper: IndexedPaper, fingerprint: number): void {
    const doc = this.#ids.length;
    const lexicon = this.#lexicon;
    let length = 0;
    let weight: number = WEIGHT.title;
    const count = (number: number) => {
      this.#count(number, weight);
      length += weight;
    };
    lexicon.read(paper.title, (number) => {
      count(number);
      this.#word(number);
      this.#flag(lexicon.inField('title', number));
    });
    this.#word(BETWEEN_FIELDS);
    weight = WEIGHT.abstract;
    if (paper.abstract)
      lexicon.read(paper.abstract, (number) => {
        count(number);
        this.#word(number);
      });
    weight = WEIGHT.authors;
    for (const [i, name] of paper.authors.entries())
      lexicon.read(name, (number) => {
        this.#count(number, weight);
        if (i < LENGTHENING_AUTHORS) length += weight;
        this.#flag(lexicon.inField('author', number));
      });
    weight = WEIGHT.keywords;
    for (const keyword of paper.keywords ?? []) lexicon.read(keyword, count);
    weight = WEIGHT.organization;
    if (paper.organization)
      lexicon.read(paper.organization, (number) => {
        count(number);
        this.#flag(lexicon.inField('organization', number));
      });
    for (const category of paper.categories) {
      const name = fold(category);
      this.#flag(lexicon.number(FIELD_SIGN.category + name));
      const archive = name.indexOf('.');
      if (archive > 0) this.#flag(lexicon.number(FIELD_SIGN.category + name.slice(0, archive)));
    }
    this.#endPaper();
    this.#ids.push(paper.id);
    this.#docOf.set(paper.id, doc);
    this.#fingerprints.push(fingerprint);
    this.#days.push(dayNumber(paper.listedOn));
    this.#votes.push(paper.votes ?? 0);
    this.#flags.push(flagsOf(paper));
    this.#categories.push(paper.categories);
    this.#lengths.push(length);
  }

  /** What was added, as a segment; what was removed since is left out. The builder is spent. */
  seal(): Segment {
    return new Segment(
      seal({
        terms: this.#lexicon.terms,
        termOf: this.#termOf,
        weightOf: this.#weightOf,
        starts: this.#starts,
        ids: this.#ids,
        fingerprints: this.#fingerprints,
        days: this.#days,
        votes: this.#votes,
        flags: this.#flags,
        lengths: this.#lengths,
        categories: this.#categories,
        words: this.#words,
        wordStarts: this.#wordStarts,
      }),
    );
  }

  #count(number: number, weight: number): void {
    if (number >= this.#weights.length) this.#weights = grownTo(this.#weights, (number + 1) * 2);
    if (this.#weights[number] === 0) this.#touch(number);
    this.#weights[number] += weight;
  }

  /** A term of a field stands in a paper or does not. */
  #flag(number: number): void {
    if (number >= this.#weights.length) this.#weights = grownTo(this.#weights, (number + 1) * 2);
    if (this.#weights[number] === 0) this.#touch(number);
    this.#weights[number] = 1;
  }

  #touch(number: number): void {
    if (this.#touchedCount === this.#touched.length) this.#touched = grownTo(this.#touched, this.#touchedCount * 2);
    this.#touched[this.#touchedCount++] = number;
  }

  #word(number: number): void {
    if (this.#wordCount === this.#words.length) this.#words = grownTo(this.#words, this.#wordCount * 2);
    this.#words[this.#wordCount++] = number;
  }

  #endPaper(): void {
    const more = this.#touchedCount;
    if (this.#postings + more > this.#termOf.length) {
      const size = (this.#postings + more) * 2;
      this.#termOf = grownTo(this.#termOf, size);
      this.#weightOf = grownTo(this.#weightOf, size);
    }
    for (let i = 0; i < more; i++) {
      const number = this.#touched[i];
      this.#termOf[this.#postings] = number;
      this.#weightOf[this.#postings++] = Math.min(65_535, Math.round(this.#weights[number] * WEIGHT_STEPS));
      this.#weights[number] = 0;
    }
    this.#touchedCount = 0;
    this.#starts.push(this.#postings);
    this.#wordStarts.push(this.#wordCount);
  }
}
