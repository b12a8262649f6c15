import type { Budget } from './budget.ts';
import { type ChunkArrays, impactIn } from './chunks.ts';
import { explain, type Reason } from './explain.ts';
import { allowing, type Filter } from './filter.ts';
import type { Guess } from './guess.ts';
import { Lane } from './lane.ts';
import { Reader, type Wanted, worthOfPresence } from './meaning.ts';
import { phrasePostings } from './phrases.ts';
import { isRequired, parseQuery } from './query.ts';
import type { Ranking } from './ranking.ts';
import type { SegmentQuestion } from './score.ts';
import type { Segment } from './segment.ts';

/** A place in an index: one document of one of its segments. */
interface Place {
  segment: number;
  doc: number;
}

/** A question as an index understands it. */
export class Asked {
  readonly wanted: readonly Wanted[];
  /** Documents with one of these are not found. */
  readonly unwanted: readonly Wanted[];
  /** What was not understood as it was written. */
  readonly notes: string[];
  /** What was taken for other words. */
  readonly guesses: Guess[] = [];
  readonly #segments: readonly Segment[];
  readonly #ranking: Ranking;
  readonly #phrases = new Map<Wanted, ChunkArrays[]>();
  /** Bits of the clauses that a document must answer. */
  readonly #required: number;

  /** @throws {QueryTooLong} above 250 characters */
  constructor(
    segments: readonly Segment[],
    text: string,
    { typing, ranking, budget }: { typing: boolean; ranking: Ranking; budget: Budget },
  ) {
    const query = parseQuery(text, { typing });
    const reader = new Reader(segments);
    this.#segments = segments;
    this.#ranking = ranking;
    this.notes = [...query.notes];
    const [wanted, unwanted]: [Wanted[], Wanted[]] = [[], []];
    let required = 0;
    for (const clause of query.clauses) {
      if (isRequired(clause)) required |= 1 << wanted.length;
      if (clause.isExcluded) unwanted.push(reader.want(clause, []));
      else wanted.push(reader.want(clause, this.guesses));
    }
    this.wanted = wanted;
    this.unwanted = unwanted;
    this.#required = required;
    if (this.isHopeless) return;
    for (const w of [...this.wanted, ...this.unwanted])
      if (w.clause.kind === 'phrase' && w.meanings.length > 0)
        this.#phrases.set(
          w,
          segments.map((segment, place) => phrasePostings(segment, place, w, budget)),
        );
  }

  /** Nothing is asked, or something that no paper has is required. */
  get isHopeless(): boolean {
    return (
      this.wanted.length === 0 ||
      this.wanted.some(({ meanings, clause }) => isRequired(clause) && meanings.length === 0)
    );
  }

  /** Whether a document has what operators order, and nothing that they leave out. */
  obeys(place: Place): boolean {
    return (
      !this.isHopeless &&
      this.wanted.every((w, i) => (this.#required & (1 << i)) === 0 || this.#has(w, place)) &&
      !this.unwanted.some((w) => this.#has(w, place))
    );
  }

  /** How many of the clauses a document answers. */
  answeredBy(place: Place): number {
    return this.wanted.reduce((count, w) => count + (this.#has(w, place) ? 1 : 0), 0);
  }

  /** Which of the words a document has. */
  reasons({ segment, doc }: Place): Reason[] {
    return explain(this.wanted, this.#segments[segment], { place: segment, doc, presence: this.#ranking.presence });
  }

  /** The same question to each segment, the newest first: of equals the newer paper is the better. */
  perSegment(filter: Filter): SegmentQuestion[] {
    return this.#segments
      .map((segment, place) => ({
        segment: place,
        lanes: this.#lanes(this.wanted, place),
        excluded: this.#lanes(this.unwanted, place),
        required: this.#required,
        isAllowed: allowing(segment, filter),
      }))
      .reverse();
  }

  #has(w: Wanted, { segment, doc }: Place): boolean {
    const phrase = this.#phrases.get(w);
    if (phrase) return impactIn(phrase[segment], 0, doc) > 0;
    return w.meanings.some(
      ({ ordinals }) => ordinals[segment] >= 0 && this.#segments[segment].impact(ordinals[segment], doc) > 0,
    );
  }

  #lanes(wanted: readonly Wanted[], place: number): Lane[] {
    const lanes: Lane[] = [];
    const { s } = this.#segments[place];
    for (let clause = 0; clause < wanted.length; clause++) {
      const w = wanted[clause];
      const bonus = worthOfPresence(w) * this.#ranking.presence;
      const phrase = this.#phrases.get(w);
      if (phrase) {
        const points = w.meanings.reduce((sum, word) => sum + word.points, 0);
        lanes.push(new Lane(phrase[place], 0, { clause, points, bonus }));
        continue;
      }
      for (const { ordinals, points } of w.meanings)
        if (ordinals[place] >= 0) lanes.push(new Lane(s, ordinals[place], { clause, points, bonus }));
    }
    return lanes;
  }
}
