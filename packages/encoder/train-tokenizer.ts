import { Tokenizer } from './tokenizer.ts';
import { WORD_START, wordsOf } from './words.ts';

export interface TokenizerOptions {
  /** Pieces in all: the unknown one, letters and merges. */
  size: number;
  /** A letter that stands in fewer words is unknown. */
  minLetterCount?: number;
  /** A word that is met less often teaches nothing. */
  minWordCount?: number;
}

/**
 * Learns a vocabulary by merging, again and again, the pair of neighbouring pieces that is met most often. The same texts
 * give the same vocabulary: of equally frequent pairs the one whose pieces are older goes first.
 */
export function trainTokenizer(
  texts: Iterable<string>,
  { size, minLetterCount = 50, minWordCount = 3 }: TokenizerOptions,
): Tokenizer {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].filter(([, count]) => count >= minWordCount).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const pieces = ['<unknown>', ...lettersOf(words, minLetterCount)];
  const letters = pieces.length;
  const idOf = new Map(pieces.map((piece, id) => [piece, id]));
  const merging = new Merging(
    words.map(([word, count]) => ({ ids: [WORD_START, ...word].map((c) => idOf.get(c) ?? 0), count })),
  );
  const known = new Set(pieces);
  while (pieces.length < size) {
    const pair = merging.mostFrequent();
    if (!pair) break;
    const piece = pieces[pair[0]] + pieces[pair[1]];
    // Two pairs may spell the same piece; what a piece is made of must be told from its spelling alone.
    if (known.has(piece)) {
      merging.merge(pair, pieces.indexOf(piece));
      continue;
    }
    known.add(piece);
    merging.merge(pair, pieces.length);
    pieces.push(piece);
  }
  return new Tokenizer(pieces, letters);
}

function lettersOf(words: [string, number][], minCount: number): string[] {
  const counts = new Map<string, number>([[WORD_START, Number.POSITIVE_INFINITY]]);
  for (const [word, count] of words) for (const letter of word) counts.set(letter, (counts.get(letter) ?? 0) + count);
  return [...counts]
    .filter(([, count]) => count >= minCount)
    .map(([letter]) => letter)
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Room for the numbers of two pieces in one. */
const SPAN = 2 ** 21;

/** The words under merging, with the counts of their pairs kept in step. */
class Merging {
  readonly #words: { ids: number[]; count: number }[];
  readonly #counts = new Map<number, number>();
  readonly #holders = new Map<number, Set<number>>();
  /** Pairs by what they counted when they were put in; a stale one is put in anew when it comes up. */
  readonly #queue: PairQueue;

  constructor(words: { ids: number[]; count: number }[]) {
    this.#words = words;
    for (const [w, { ids, count }] of words.entries()) this.#count(w, ids, count);
    this.#queue = new PairQueue([...this.#counts].map(([key, count]) => ({ key, count })));
  }

  mostFrequent(): [number, number] | undefined {
    for (;;) {
      const top = this.#queue.pop();
      if (!top) return undefined;
      const count = this.#counts.get(top.key) ?? 0;
      if (count < 2) continue;
      if (count === top.count) return [Math.floor(top.key / SPAN), top.key % SPAN];
      this.#queue.push({ key: top.key, count });
    }
  }

  merge([a, b]: [number, number], into: number): void {
    const key = a * SPAN + b;
    const touched = new Set<number>();
    for (const w of [...(this.#holders.get(key) ?? [])].sort((x, y) => x - y)) {
      const word = this.#words[w];
      this.#count(w, word.ids, -word.count);
      const ids: number[] = [];
      for (let i = 0; i < word.ids.length; i++) {
        if (word.ids[i] === a && word.ids[i + 1] === b) {
          ids.push(into);
          i++;
        } else ids.push(word.ids[i]);
      }
      word.ids = ids;
      this.#count(w, ids, word.count, touched);
    }
    this.#counts.delete(key);
    this.#holders.delete(key);
    for (const pair of touched) this.#queue.push({ key: pair, count: this.#counts.get(pair) ?? 0 });
  }

  #count(w: number, ids: number[], count: number, touched?: Set<number>): void {
    for (let i = 0; i + 1 < ids.length; i++) {
      const key = ids[i] * SPAN + ids[i + 1];
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
      if (count > 0) {
        const holders = this.#holders.get(key);
        if (holders) holders.add(w);
        else this.#holders.set(key, new Set([w]));
        touched?.add(key);
      }
    }
  }
}

interface Pair {
  key: number;
  count: number;
}

/** The most frequent pair first; of equals the one of the older pieces. */
class PairQueue {
  readonly #heap: Pair[] = [];

  constructor(pairs: Pair[]) {
    for (const pair of pairs) this.push(pair);
  }

  push(pair: Pair): void {
    const heap = this.#heap;
    let at = heap.push(pair) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(pair, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = pair;
  }

  pop(): Pair | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (!isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function isBefore(a: Pair, b: Pair): boolean {
  return a.count > b.count || (a.count === b.count && a.key < b.key);
}
