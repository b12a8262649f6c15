import type { Wanted } from './meaning.ts';
import type { Ranking } from './ranking.ts';
import type { Segment } from './segment.ts';
import type { Found } from './top.ts';

const HIGHEST_IMPACT = 255;

/** Gives what was found more points for each pair of neighbouring words that it has side by side, and sorts it anew. */
export function raiseNeighbours(
  found: Found[],
  wanted: readonly Wanted[],
  segments: readonly Segment[],
  { pairShare }: Ranking,
): Found[] {
  const pairs = pairPoints(wanted, pairShare);
  if (pairs.every((points) => points === 0)) return found;
  const clausesOf: (ClauseOf | undefined)[] = [];
  const raised = found.map((f) => {
    const segment = segments[f.segment];
    const clauseOf = clausesOf[f.segment] ?? new ClauseOf(wanted, segment, f.segment);
    clausesOf[f.segment] = clauseOf;
    return { ...f, points: f.points + neighbourPoints(segment, f.doc, clauseOf, pairs) };
  });
  // Sorting is stable: of equals the first stays the first.
  return raised.sort((a, b) => b.points - a.points);
}

/** What each clause and the one after it are worth side by side; 0 where either is no plain word. */
function pairPoints(wanted: readonly Wanted[], pairShare: number): number[] {
  return wanted.map(({ meanings, clause }, i) => {
    const next = wanted[i + 1];
    const isPair = next && isPlain(clause) && isPlain(next.clause) && meanings.length > 0 && next.meanings.length > 0;
    return isPair ? Math.round(Math.min(meanings[0].points, next.meanings[0].points) * HIGHEST_IMPACT * pairShare) : 0;
  });
}

function isPlain({ kind, field }: Wanted['clause']): boolean {
  return kind !== 'phrase' && field === undefined;
}

/** Which clause a word of a segment answers, by the word's number. */
class ClauseOf {
  readonly #clauses = new Map<number, number>();
  /** Most words of a text answer nothing, and are passed by one look. */
  readonly #mayBe = new Uint8Array(FILTER_SIZE);

  constructor(wanted: readonly Wanted[], { s }: Segment, segment: number) {
    for (const [clause, { meanings, clause: asked }] of wanted.entries())
      if (isPlain(asked))
        for (const { ordinals } of meanings)
          if (ordinals[segment] >= 0) this.#set(s.numberOf[ordinals[segment]] + 1, clause);
  }

  get(word: number): number {
    return this.#mayBe[word & (FILTER_SIZE - 1)] === 0 ? NONE : (this.#clauses.get(word) ?? NONE);
  }

  #set(word: number, clause: number): void {
    this.#clauses.set(word, clause);
    this.#mayBe[word & (FILTER_SIZE - 1)] = 1;
  }
}

const FILTER_SIZE = 4_096;
const NONE = -2;

function neighbourPoints({ s }: Segment, doc: number, clauseOf: ClauseOf, pairs: number[]): number {
  const bytes = s.words;
  const end = s.wordsAt[doc + 1];
  let points = 0;
  let met = 0;
  let before = NONE;
  // Read as Segment.readWords does, but not written down: this is done for the best of every search.
  for (let at = s.wordsAt[doc]; at < end; ) {
    let byte = bytes[at++];
    let word = byte & 127;
    for (let shift = 7; byte > 127; shift += 7) {
      byte = bytes[at++];
      word |= (byte & 127) << shift;
    }
    const clause = clauseOf.get(word);
    if (clause === before + 1 && clause > 0 && (met & (1 << clause)) === 0) {
      met |= 1 << clause;
      points += pairs[before];
    }
    before = clause;
  }
  return points;
}
