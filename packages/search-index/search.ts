import { Asked } from './asked.ts';
import { scoreOf } from './bm25.ts';
import { Budget } from './budget.ts';
import { facetsOf, ordered, placesOf } from './by-id.ts';
import type { Reason } from './explain.ts';
import type { Facets } from './facets.ts';
import type { Filter } from './filter.ts';
import type { Guess } from './guess.ts';
import { raiseNeighbours } from './nearness.ts';
import { RANKING, type Ranking } from './ranking.ts';
import { offerBest, type SegmentQuestion, visitAnswering } from './score.ts';
import type { Segment } from './segment.ts';
import { type Found, Top } from './top.ts';

export interface SearchOptions {
  limit?: number;
  offset?: number;
  /** The last word is still being typed: it matches as a beginning. */
  typing?: boolean;
  /** `relevance` puts the best first; the others order those that have all words. */
  sort?: 'relevance' | 'newest' | 'votes';
  filter?: Filter;
  /** Counts how many papers have all words, and what they are; costs a second pass. */
  counted?: boolean;
  /** Groups that counted papers are also told apart by; undefined for a paper of none. */
  groupOf?: (paperId: number) => number | undefined;
  /** Longest that the search may take; what is found by then is the answer. */
  budgetMs?: number;
  /** Other weights than the usual, for measuring them. */
  ranking?: Ranking;
}

export interface Hit {
  id: number;
  score: number;
}

export interface SearchAnswer {
  /** Papers that have all words, or the most that any has; known when they were counted. */
  total?: number;
  /** Whether there is a paper that has all words. */
  hasAll: boolean;
  hits: Hit[];
  /** Which of the words a paper has, a hit or another; none of a paper that is not here. */
  explain(id: number): Reason[];
  /** Whether a paper, a hit or another, has what operators order and nothing that they leave out. */
  obeys(id: number): boolean;
  facets?: Facets;
  /** Indexed words that hits may be highlighted by. */
  matched: string[];
  notes: string[];
  /** What was taken for other words; `guessNote` says it to a reader. */
  guesses: Guess[];
  /** How many words were asked for, and the share of them that the best paper has. */
  words: number;
  coverage: number;
  /** The time was over before all was looked at. */
  isCut: boolean;
}

/** Slower than this nobody waits for while typing. */
const USUAL_BUDGET_MS = 150;
/** So many of the best are looked at for words side by side. */
const NEARNESS_FROM_BEST = 32;

/** @throws {QueryTooLong} above 250 characters */
export function search(segments: readonly Segment[], text: string, options: SearchOptions = {}): SearchAnswer {
  const { limit = 20, offset = 0, sort = 'relevance', typing = false, budgetMs = USUAL_BUDGET_MS } = options;
  const { filter = {}, ranking = RANKING } = options;
  const budget = new Budget(budgetMs);
  const asked = new Asked(segments, text, { typing, ranking, budget });
  const { wanted, notes, guesses } = asked;
  const of = <T>(id: number, look: (place: Found) => T): T[] => placesOf(segments, [id]).map(look);
  const answer: SearchAnswer = {
    hasAll: false,
    hits: [],
    explain: (id) => of(id, (place) => asked.reasons(place)).flat(),
    obeys: (id) => of(id, (place) => asked.obeys(place)).includes(true),
    matched: [],
    notes,
    guesses,
    words: wanted.length,
    coverage: 0,
    isCut: false,
  };
  if (asked.isHopeless) return { ...answer, total: 0 };
  const isCounted = options.counted || sort !== 'relevance';
  const counted = isCounted ? answeringMost(asked.perSegment(filter), budget) : undefined;
  let found: Found[];
  if (counted && sort !== 'relevance') found = ordered(segments, counted.found, sort).slice(0, offset + limit);
  else {
    const top = new Top(Math.max(NEARNESS_FROM_BEST, offset + limit));
    for (const question of asked.perSegment(filter)) offerBest(question, top, budget);
    const best = top.sorted();
    const near = best.splice(0, NEARNESS_FROM_BEST);
    found = [...raiseNeighbours(near, wanted, segments, ranking), ...best];
  }
  const page = found.slice(offset, offset + limit);
  const answered = page.length > 0 ? asked.answeredBy(page[0]) : 0;
  const hasAll = (counted ? counted.clauses : answered) === wanted.length;
  if (budget.isCut) notes.push(cutNote(budgetMs, found.length));
  else if (found.length > 0 && !hasAll)
    notes.push('No paper has all of these words; those with most of them are shown.');
  return {
    ...answer,
    total: counted?.found.length,
    hasAll,
    hits: page.map(({ segment, doc, points }) => ({ id: segments[segment].s.ids[doc], score: scoreOf(points) })),
    facets: options.counted && counted ? facetsOf(segments, counted.found, options.groupOf) : undefined,
    matched: wanted.flatMap((w) => w.meanings.map((m) => m.term)),
    coverage: answered / wanted.length,
    isCut: budget.isCut,
  };
}

/** What is not there and what was not reached in time are two things, and only one of them is known. */
function cutNote(budgetMs: number, found: number): string {
  return found > 0
    ? `The search was cut after ${budgetMs} ms; there may be better papers than these.`
    : `The search was cut after ${budgetMs} ms, before it had found anything; fewer or rarer words are found sooner.`;
}

/** The papers that answer the most clauses that any answers. */
function answeringMost(questions: SegmentQuestion[], budget: Budget): { clauses: number; found: Found[] } {
  let clauses = 0;
  let found: Found[] = [];
  for (const question of questions)
    visitAnswering(question, budget, {
      atLeast: () => Math.max(1, clauses),
      visit: (doc, answered) => {
        if (answered > clauses) {
          clauses = answered;
          found = [];
        }
        found.push({ segment: question.segment, doc, points: 0 });
      },
    });
  return { clauses, found };
}
