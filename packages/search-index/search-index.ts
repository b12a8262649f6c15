import { packNumbers, unpackNumbers } from './bytes.ts';
import { isWithin } from './edit-distance.ts';
import { Postings } from './postings.ts';
import { type Clause, type Field, parseQuery, type Query } from './query.ts';
import { readForm, writeForm } from './saved-form.ts';
import { type Found, Tally } from './tally.ts';
import { fold, STOP_WORDS, tokensOf } from './tokens.ts';

/** What the index reads of a paper. */
export interface IndexedPaper {
  id: number;
  title: string;
  abstract?: string;
  authors: string[];
  keywords?: string[];
  categories: string[];
  organization?: string;
}

export interface SearchOptions {
  limit?: number;
  offset?: number;
  /** The last word is still being typed: it matches as a beginning. */
  typing?: boolean;
}

export interface Hit {
  id: number;
  score: number;
  /** What found it: each word as typed, the word it matched, and what it gave to the score. */
  why: { text: string; matched: string; points: number }[];
}

export interface SearchAnswer {
  total: number;
  hits: Hit[];
  /** Indexed words that hits may be highlighted by. */
  matched: string[];
  notes: string[];
}

/** BM25's usual constants (Robertson & Zaragoza 2009, §3.2). */
const K1 = 1.2;
const B = 0.75;
/** A word of a title says more of a paper than one of its abstract; weights as in BM25F, ours. */
const WEIGHT = { title: 3, authors: 2.5, keywords: 1.5, organization: 1.5, abstract: 1 };
/** Terms that a beginning or a misspelt word is taken for, the most frequent first. */
const MAX_EXPANSIONS = 24;
/** Terms with one beginning that are looked at. */
const MAX_BEGINNINGS = 2_000;
/** Words shorter than this have too many neighbours for a guess to be one. */
const FUZZY_FROM_CHARS = 4;
/** From this length two errors are forgiven. */
const TWO_ERRORS_FROM_CHARS = 8;

const FIELD_PREFIX: Record<Field, string> = {
  title: 't\u0000',
  author: 'a\u0000',
  category: 'c\u0000',
  organization: 'o\u0000',
};

/**
 * A keyword index in memory: BM25 over weighted fields (BM25F), phrases, fields, exclusion, beginnings, typing errors.
 * Papers are added, replaced and removed one by one; nothing is ever rebuilt. Runs in Node and in browsers.
 */
export class SearchIndex {
  /** How far in the store's change sequence the index has followed; kept for its owner, and saved. */
  changeSeq = 0;
  readonly #terms = new Map<string, Postings>();
  readonly #ids: number[] = [];
  readonly #lengths: number[] = [];
  readonly #docOf = new Map<number, number>();
  /** The numbers of the words of each title and abstract in order, packed, for phrases; 0 between fields. */
  readonly #words: (Uint8Array | undefined)[] = [];
  readonly #numberOf = new Map<string, number>();
  #totalLength = 0;
  /** The terms in order, but for those met since it was last asked for. */
  #sorted: string[] = [];
  #unsorted: string[] = [];
  #scratch: Tally | undefined;

  /**
   * Opens what `save` wrote.
   * @throws {DamagedIndex} @throws {WrongVersion} both mean: build anew
   */
  static open(bytes: Uint8Array): SearchIndex {
    const form = readForm(bytes);
    const index = new SearchIndex();
    index.changeSeq = form.changeSeq;
    for (const [doc, id] of form.ids.entries()) {
      index.#ids.push(id);
      index.#lengths.push(form.lengths[doc]);
      index.#totalLength += form.lengths[doc];
      index.#docOf.set(id, doc);
      index.#words.push(form.words[doc]);
    }
    for (const [number, { term, postings }] of form.terms.entries()) {
      index.#terms.set(term, postings);
      index.#numberOf.set(term, number + 1);
    }
    index.#sorted = form.terms.map(({ term }) => term);
    return index;
  }

  /** The whole index as bytes for one file; what was removed or replaced is left out. */
  save(): Uint8Array {
    const live = this.#ids.flatMap((id, doc) => (id < 0 ? [] : [doc]));
    const docNow = new Int32Array(this.#ids.length).fill(-1);
    for (const [at, doc] of live.entries()) docNow[doc] = at;
    const isWhole = live.length === this.#ids.length;
    const terms = this.#dictionary().flatMap((term) => {
      const before = this.#terms.get(term) as Postings;
      const postings = isWhole ? before : before.renumbered(docNow);
      return postings.length > 0 ? [{ term, postings }] : [];
    });
    const numberNow = new Uint32Array(this.#numberOf.size + 1);
    for (const [at, { term }] of terms.entries()) {
      const number = this.#numberOf.get(term);
      if (number !== undefined) numberNow[number] = at + 1;
    }
    return writeForm({
      changeSeq: this.changeSeq,
      ids: live.map((doc) => this.#ids[doc]),
      lengths: live.map((doc) => this.#lengths[doc]),
      terms,
      words: live.map((doc) => packNumbers(wordNumbers(this.#words[doc] as Uint8Array).map((n) => numberNow[n]))),
    });
  }

  /** How many papers can be found. */
  get size(): number {
    return this.#docOf.size;
  }

  /** Bytes of postings and word lists, without the dictionary. */
  get bytes(): number {
    let sum = 0;
    for (const postings of this.#terms.values()) sum += postings.bytes;
    for (const words of this.#words) sum += words?.byteLength ?? 0;
    return sum;
  }

  /** Adds a paper, or replaces what was known of it. */
  upsert(paper: IndexedPaper): void {
    this.remove(paper.id);
    const doc = this.#ids.length;
    this.#ids.push(paper.id);
    this.#docOf.set(paper.id, doc);
    const weights = new Map<string, number>();
    let length = 0;
    const read = (text: string, weight: number, prefix?: string): string[] => {
      const terms = tokensOf(text).map((token) => token.term);
      for (const term of terms) {
        weights.set(term, (weights.get(term) ?? 0) + weight);
        if (prefix) weights.set(prefix + term, 1);
        length += weight;
      }
      return terms;
    };
    const title = read(paper.title, WEIGHT.title, FIELD_PREFIX.title);
    const abstract = read(paper.abstract ?? '', WEIGHT.abstract);
    for (const name of paper.authors) read(name, WEIGHT.authors, FIELD_PREFIX.author);
    for (const keyword of paper.keywords ?? []) read(keyword, WEIGHT.keywords);
    read(paper.organization ?? '', WEIGHT.organization, FIELD_PREFIX.organization);
    for (const category of paper.categories) weights.set(FIELD_PREFIX.category + fold(category), 1);
    for (const [term, weight] of weights) {
      let postings = this.#terms.get(term);
      if (!postings) {
        postings = new Postings();
        this.#terms.set(term, postings);
        this.#unsorted.push(term);
      }
      postings.push(doc, weight);
    }
    this.#lengths[doc] = length;
    this.#totalLength += length;
    this.#words[doc] = packNumbers([...title, '', ...abstract].map((term) => this.#number(term)));
  }

  /** Makes a paper unfindable; an unknown id is no fault. */
  remove(id: number): void {
    const doc = this.#docOf.get(id);
    if (doc === undefined) return;
    this.#docOf.delete(id);
    this.#ids[doc] = -1;
    this.#totalLength -= this.#lengths[doc];
    this.#words[doc] = undefined;
  }

  /** @throws {QueryTooLong} above 250 characters */
  search(text: string, { limit = 20, offset = 0, typing = false }: SearchOptions = {}): SearchAnswer {
    const query = parseQuery(text, { typing });
    const notes = [...query.notes];
    const wanted = query.clauses.filter((c) => !c.isExcluded).map((clause) => this.#expand(clause, notes));
    if (wanted.length === 0) return { total: 0, hits: [], matched: [], notes };
    const kept = this.#score(wanted, query);
    if (kept.length > 0 && kept[0].clauses < wanted.length) {
      notes.push('No paper has all of these words; those with most of them are shown.');
    }
    kept.sort((a, b) => b.score - a.score || b.doc - a.doc);
    const page = kept.slice(offset, offset + limit);
    return {
      total: kept.length,
      hits: page.map((f) => ({ id: this.#ids[f.doc], score: f.score, why: this.#explain(wanted, f.doc) })),
      matched: wanted.flatMap((w) => w.terms.map((t) => t.term)),
      notes,
    };
  }

  /**
   * Papers that share the most telling words with a text, the text's own paper left out.
   * @returns ids with the shared words, as they stand in the text
   */
  similar(
    text: string,
    { limit, except }: { limit: number; except: number },
  ): { id: number; score: number; words: string[] }[] {
    const surface = new Map<string, string>();
    const counts = new Map<string, number>();
    for (const token of tokensOf(text)) {
      if (STOP_WORDS.has(token.term) || token.term.length < 3) continue;
      counts.set(token.term, (counts.get(token.term) ?? 0) + 1);
      if (!surface.has(token.term)) surface.set(token.term, text.slice(token.start, token.end).toLowerCase());
    }
    const telling = [...counts]
      .map(([term, count]) => ({ term, weight: Math.log(1 + count) * this.#idf(this.#terms.get(term)?.length ?? 0) }))
      .filter(({ term }) => this.#othersHave(term, except))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, SIMILAR_TERMS);
    const scores = new Map<number, number>();
    for (const { term, weight } of telling) {
      const postings = this.#terms.get(term) as Postings;
      for (let i = 0; i < postings.length; i++) {
        const doc = postings.docAt(i);
        if (this.#ids[doc] < 0 || this.#ids[doc] === except) continue;
        scores.set(doc, (scores.get(doc) ?? 0) + weight * this.#saturated(postings.weightAt(i), doc));
      }
    }
    return [...scores]
      .sort((a, b) => b[1] - a[1])
      .slice(0, limit)
      .map(([doc, score]) => ({
        id: this.#ids[doc],
        score,
        words: telling
          .filter(({ term }) => (this.#terms.get(term) as Postings).weightOf(doc) > 0)
          .slice(0, 4)
          .map(({ term }) => surface.get(term) as string),
      }));
  }

  /** A word that no other paper has cannot be shared. */
  #othersHave(term: string, except: number): boolean {
    const postings = this.#terms.get(term);
    if (!postings) return false;
    const own = this.#docOf.get(except);
    return postings.length > (own !== undefined && postings.weightOf(own) > 0 ? 1 : 0);
  }

  /** The indexed terms that a clause stands for, each with a factor below 1 when it is a guess. */
  #expand(clause: Clause, notes: string[]): Expanded {
    const prefix = clause.field ? FIELD_PREFIX[clause.field] : '';
    if (clause.kind === 'phrase') {
      return { clause, terms: clause.terms.map((term) => ({ term: prefix + term, factor: 1 })) };
    }
    const term = prefix + clause.terms[0];
    if (clause.kind === 'prefix') {
      const beginnings = this.#beginningWith(term);
      if (beginnings.length > 0)
        return { clause, terms: beginnings.map((t) => ({ term: t, factor: t === term ? 1 : 0.8 })) };
    }
    if (this.#terms.has(term) || clause.field === 'category') return { clause, terms: [{ term, factor: 1 }] };
    const near = this.#near(clause.terms[0], prefix);
    if (near.length > 0) {
      notes.push(
        `“${clause.text}” is not here; ${near
          .slice(0, 3)
          .map((t) => `“${t.slice(prefix.length)}”`)
          .join(', ')} ${near.length > 1 ? 'are' : 'is'} near it.`,
      );
    }
    return { clause, terms: near.map((t) => ({ term: t, factor: 0.6 })) };
  }

  #score(wanted: Expanded[], query: Query): Found[] {
    const tally = this.#tally();
    for (const [index, { clause, terms }] of wanted.entries()) {
      if (clause.kind === 'phrase') {
        this.#scorePhrase(terms, index, tally);
        continue;
      }
      for (const { term, factor } of terms) {
        const postings = this.#terms.get(term);
        if (!postings) continue;
        const idf = this.#idf(postings.length) * factor;
        for (let i = 0; i < postings.length; i++) {
          const doc = postings.docAt(i);
          if (this.#ids[doc] >= 0) tally.add(doc, index, idf * this.#saturated(postings.weightAt(i), doc));
        }
      }
    }
    const excluded = query.clauses.filter((c) => c.isExcluded);
    return tally.best((doc) => !excluded.some((c) => this.#holds(c, doc)));
  }

  #scorePhrase(terms: Expanded['terms'], index: number, tally: Tally): void {
    const lists = terms.map(({ term }) => this.#terms.get(term));
    if (lists.some((list) => list === undefined)) return;
    const rarest = (lists as Postings[]).reduce((a, b) => (b.length < a.length ? b : a));
    const plain = terms.map(({ term }) => this.#numberOf.get(term.slice(term.indexOf('\u0000') + 1)));
    for (let i = 0; i < rarest.length; i++) {
      const doc = rarest.docAt(i);
      if (this.#ids[doc] < 0 || !this.#hasRun(doc, plain)) continue;
      const points = (lists as Postings[]).reduce(
        (sum, list) => sum + this.#idf(list.length) * this.#saturated(list.weightOf(doc), doc),
        0,
      );
      tally.add(doc, index, points);
    }
  }

  /** The scratch space of one search, kept between searches: clearing what was touched is cheaper than making it anew. */
  #tally(): Tally {
    if (!this.#scratch || this.#scratch.capacity < this.#ids.length)
      this.#scratch = new Tally(Math.ceil(this.#ids.length * 1.25));
    this.#scratch.clear();
    return this.#scratch;
  }

  #holds(clause: Clause, doc: number): boolean {
    const prefix = clause.field ? FIELD_PREFIX[clause.field] : '';
    if (clause.terms.some((term) => (this.#terms.get(prefix + term)?.weightOf(doc) ?? 0) === 0)) return false;
    return (
      clause.kind !== 'phrase' ||
      this.#hasRun(
        doc,
        clause.terms.map((term) => this.#numberOf.get(term)),
      )
    );
  }

  #hasRun(doc: number, run: (number | undefined)[]): boolean {
    const packed = this.#words[doc];
    if (!packed || run.some((n) => n === undefined)) return false;
    const words = wordNumbers(packed);
    for (let at = words.indexOf(run[0] as number); at >= 0; at = words.indexOf(run[0] as number, at + 1)) {
      if (run.every((number, i) => words[at + i] === number)) return true;
    }
    return false;
  }

  #explain(wanted: Expanded[], doc: number): Hit['why'] {
    return wanted.flatMap(({ clause, terms }) => {
      let best: Hit['why'][number] | undefined;
      for (const { term, factor } of terms) {
        const postings = this.#terms.get(term);
        const weight = postings?.weightOf(doc) ?? 0;
        if (!postings || weight === 0) continue;
        const points = this.#idf(postings.length) * factor * this.#saturated(weight, doc);
        if (!best || points > best.points)
          best = { text: clause.text, matched: term.slice(term.indexOf('\u0000') + 1), points };
      }
      return best ? [best] : [];
    });
  }

  #idf(documents: number): number {
    return Math.log(1 + (this.size - documents + 0.5) / (documents + 0.5));
  }

  #saturated(weight: number, doc: number): number {
    const average = this.#totalLength / Math.max(1, this.size);
    return (weight * (K1 + 1)) / (weight + K1 * (1 - B + (B * this.#lengths[doc]) / average));
  }

  #beginningWith(beginning: string): string[] {
    const found: string[] = [];
    const isOfField = beginning.includes('\u0000');
    for (const term of this.#termsFrom(beginning)) {
      // 'a' begins every term of the authors' field too.
      if (term.includes('\u0000') !== isOfField) continue;
      found.push(term);
      if (found.length === MAX_BEGINNINGS) break;
    }
    return this.#mostFrequent(found);
  }

  #near(word: string, prefix: string): string[] {
    if (word.length < FUZZY_FROM_CHARS) return [];
    const limit = word.length >= TWO_ERRORS_FROM_CHARS ? 2 : 1;
    const found: string[] = [];
    // A slip in the very first letter is rare, and asking for it keeps the walk short.
    for (const term of this.#termsFrom(prefix + word[0])) {
      if (prefix === '' && term.includes('\u0000')) continue;
      const bare = prefix === '' ? term : term.slice(prefix.length);
      if (Math.abs(bare.length - word.length) > limit || !isWithin(word, bare, limit)) continue;
      if ((this.#terms.get(term) as Postings).length > 1) found.push(term);
    }
    return this.#mostFrequent(found).slice(0, 5);
  }

  /** The terms with a beginning, in order. */
  *#termsFrom(beginning: string): Iterable<string> {
    const sorted = this.#dictionary();
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < beginning) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < sorted.length && sorted[i].startsWith(beginning); i++) yield sorted[i];
  }

  #mostFrequent(terms: string[]): string[] {
    return terms
      .map((term) => ({ term, count: this.#terms.get(term)?.length ?? 0 }))
      .sort((a, b) => b.count - a.count)
      .slice(0, MAX_EXPANSIONS)
      .map(({ term }) => term);
  }

  #dictionary(): string[] {
    if (this.#unsorted.length > 0) {
      this.#sorted = merged(this.#sorted, this.#unsorted.sort());
      this.#unsorted = [];
    }
    return this.#sorted;
  }

  #number(term: string): number {
    if (term === '') return BETWEEN_FIELDS;
    let number = this.#numberOf.get(term);
    if (number === undefined) {
      number = this.#numberOf.size + 1;
      this.#numberOf.set(term, number);
    }
    return number;
  }
}

/** Stands between title and abstract, so that no phrase reaches across. */
const BETWEEN_FIELDS = 0;

/** Two ascending lists as one: new terms are few, and sorting all of them anew would hold a search up. */
function merged(a: string[], b: string[]): string[] {
  if (a.length === 0) return b;
  const all: string[] = [];
  let i = 0;
  for (const term of b) {
    while (i < a.length && a[i] < term) all.push(a[i++]);
    all.push(term);
  }
  while (i < a.length) all.push(a[i++]);
  return all;
}

function wordNumbers(packed: Uint8Array): Uint32Array {
  let count = 0;
  for (let i = 0; i < packed.length; i++) if (packed[i] < 128) count++;
  return unpackNumbers(packed, count);
}

/** As many words as a person would name to describe a paper. */
const SIMILAR_TERMS = 16;

interface Expanded {
  clause: Clause;
  terms: { term: string; factor: number }[];
}
