import { pointsPerImpact } from './bm25.ts';
import type { Guess } from './guess.ts';
import { visitNear } from './near.ts';
import { FIELD_SIGN } from './paper.ts';
import type { Clause } from './query.ts';
import type { Segment } from './segment.ts';
import { stemOf } from './tokens.ts';

/** An indexed term that a clause stands for. */
export interface Meaning {
  term: string;
  /** Papers that have it, in all segments. */
  df: number;
  /** What one step of its impacts is worth; less when it is a guess. */
  points: number;
  /** Its ordinal in each segment; -1 where it does not stand. */
  ordinals: number[];
}

/** A clause with the terms that it stands for. */
export interface Wanted {
  clause: Clause;
  meanings: Meaning[];
}

/**
 * How telling it is that a paper has a clause at all: as telling as all words of a phrase, or as the commonest of the
 * terms that a word may stand for. Had each of these its own worth, rare ones with the same beginning would come first.
 */
export function worthOfPresence({ clause, meanings }: Wanted): number {
  if (meanings.length === 0) return 0;
  if (clause.kind === 'phrase') return meanings.reduce((sum, { points }) => sum + points, 0);
  let least = meanings[0].points;
  for (const { points } of meanings) if (points < least) least = points;
  return least;
}

/** Terms that a beginning or a misspelt word is taken for, the most frequent first. */
const MAX_EXPANSIONS = 24;
/** Terms with one beginning that are looked at. */
const MAX_BEGINNINGS = 20_000;
/** Words shorter than this have too many neighbours for a guess to be one. */
const FUZZY_FROM_CHARS = 4;
/** From this length two errors are forgiven. */
const TWO_ERRORS_FROM_CHARS = 8;
/** A word that so few papers have may be one that they misspell themselves … */
const RARE_DF = 3;
/** … when a near one stands in so many times as many. */
const MUCH_MORE = 50;
/** Among so few papers a word that one alone has is no slip of its pen. */
const SMALL_COLLECTION = 2_000;
const SHORTEST_STEM = 4;
const LONGEST_ENDING = 5;
const GUESS = 0.6;
const BEGINNING = 0.8;

/** Looks words up in all segments of an index. */
export class Reader {
  readonly segments: readonly Segment[];
  readonly papers: number;

  constructor(segments: readonly Segment[]) {
    this.segments = segments;
    this.papers = segments.reduce((sum, segment) => sum + segment.live, 0);
  }

  /** @returns undefined where no segment has the term */
  meaning(term: string, factor = 1): Meaning | undefined {
    const ordinals: number[] = [];
    let df = 0;
    for (const { dictionary, s } of this.segments) {
      const at = dictionary.find(term);
      ordinals.push(at);
      if (at >= 0) df += s.df[at];
    }
    return df === 0 ? undefined : { term, df, points: pointsPerImpact(df, this.papers, factor), ordinals };
  }

  /** What a clause may stand for; where that is a guess, it is one of the guesses. */
  want(clause: Clause, guesses: Guess[]): Wanted {
    const sign = clause.field ? FIELD_SIGN[clause.field] : '';
    if (clause.kind === 'phrase') {
      const words = clause.terms.map((term) => this.meaning(sign + term));
      return { clause, meanings: words.every((word) => word !== undefined) ? words : [] };
    }
    const [word] = clause.terms;
    if (clause.kind === 'prefix') {
      const meanings = this.#beginningWith(sign, word);
      if (meanings.length > 0) return { clause, meanings };
    }
    const exact = this.meaning(sign + word);
    if (clause.field === 'category' || (exact && exact.df > RARE_DF)) return { clause, meanings: exact ? [exact] : [] };
    const near = this.#near(sign, word).filter((m) => !exact || m.df > exact.df * MUCH_MORE);
    if (near.length > 0)
      guesses.push({ text: clause.text, terms: near.map((m) => m.term), isHere: exact !== undefined });
    return { clause, meanings: exact ? [exact, ...near] : near };
  }

  #beginningWith(sign: string, word: string): Meaning[] {
    const dfOf = new Map<string, number>();
    for (const { dictionary, s } of this.segments) {
      const walk = dictionary.seek(sign + word);
      let left = MAX_BEGINNINGS;
      for (
        let more = walk !== undefined;
        walk && more && left > 0 && walk.startsWith(sign + word);
        more = walk.next()
      ) {
        left -= 1;
        // Strings are made of those alone that are worth it: most beginnings are of words that one paper has.
        if (s.df[walk.ordinal] > 1 || this.segments.length > 1 || left > MAX_BEGINNINGS - 500)
          dfOf.set(walk.term, (dfOf.get(walk.term) ?? 0) + s.df[walk.ordinal]);
      }
    }
    // What is typed may already be a whole word, whose indexed form is shorter than it.
    const stem = this.meaning(sign + stemOf(word)) ?? (dfOf.size === 0 ? this.#shorter(sign, word) : undefined);
    if (stem) dfOf.delete(stem.term);
    const others = mostFrequent(dfOf, MAX_EXPANSIONS).flatMap(
      (term) => this.meaning(term, term === sign + word ? 1 : BEGINNING) ?? [],
    );
    return stem ? [stem, ...others] : others;
  }

  /** The stem of a word whose ending is not all typed yet: 'gener' for 'generat'. */
  #shorter(sign: string, word: string): Meaning | undefined {
    for (let length = word.length - 1; length >= Math.max(SHORTEST_STEM, word.length - LONGEST_ENDING); length--) {
      const meaning = this.meaning(sign + word.slice(0, length), BEGINNING);
      if (meaning) return meaning;
    }
    return undefined;
  }

  #near(sign: string, word: string): Meaning[] {
    if (word.length < FUZZY_FROM_CHARS) return [];
    const limit = word.length >= TWO_ERRORS_FROM_CHARS ? 2 : 1;
    const digits = digitsOf(word);
    const dfOf = new Map<string, number>();
    const errorsOf = new Map<string, number>();
    for (const { dictionary, s } of this.segments)
      visitNear(dictionary, sign, word, limit, (ordinal, errors, term) => {
        // A figure is no slip of the pen: llama2 is not llama3.
        if (errors === 0 || digitsOf(term) !== digits) return;
        dfOf.set(term, (dfOf.get(term) ?? 0) + s.df[ordinal]);
        errorsOf.set(term, errors);
      });
    for (const [term, df] of dfOf) {
      if (df < 2 && this.papers > SMALL_COLLECTION) dfOf.delete(term);
      // One error is far likelier than two.
      else if (errorsOf.get(term) === 2) dfOf.set(term, df / 10);
    }
    return mostFrequent(dfOf, 5).flatMap((term) => this.meaning(term, GUESS) ?? []);
  }
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}

function mostFrequent(dfOf: Map<string, number>, most: number): string[] {
  return [...dfOf]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([term]) => term);
}
