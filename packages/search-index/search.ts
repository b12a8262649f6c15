import { scoreOf } from './bm25.ts';
import { Budget } from './budget.ts';
import { FacetCounts, type Facets } from './facets.ts';
import { allowing, type Filter } from './filter.ts';
import { Lane } from './lane.ts';
import { Reader, type Wanted } from './meaning.ts';
import { raiseNeighbours } from './nearness.ts';
import { wordOf } from './paper.ts';
import { phrasePostings } from './phrases.ts';
import { isRequired, parseQuery } from './query.ts';
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
}

export interface Hit {
  id: number;
  score: number;
  /** What found it: each word as typed, the word it matched, and what it gave to the score. */
  why: { text: string; matched: string; points: number }[];
}

export interface SearchAnswer {
  /** Papers that have all words, or the most that any has; known when they were counted. */
  total?: number;
  /** Whether there is a paper that has all words. */
  hasAll: boolean;
  hits: Hit[];
  facets?: Facets;
  /** Indexed words that hits may be highlighted by. */
  matched: string[];
  notes: string[];
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
/** What a word is worth by standing in a paper at all, in points per step of its rarity: papers with more of the words come first. */
const PRESENCE = 120;

/** @throws {QueryTooLong} above 250 characters */
export function search(segments: readonly Segment[], text: string, options: SearchOptions = {}): SearchAnswer {
  const { limit = 20, offset = 0, sort = 'relevance', typing = false, budgetMs = USUAL_BUDGET_MS } = options;
  const query = parseQuery(text, { typing });
  const notes = [...query.notes];
  const budget = new Budget(budgetMs);
  const reader = new Reader(segments);
  const wanted = query.clauses.filter((c) => !c.isExcluded).map((clause) => reader.want(clause, notes));
  const unwanted = query.clauses.filter((c) => c.isExcluded).map((clause) => reader.want(clause, []));
  const nothing = { hasAll: false, hits: [], matched: [], notes, words: wanted.length, coverage: 0, isCut: false };
  if (wanted.length === 0) return { ...nothing, total: 0 };
  const required = wanted.reduce((bits, { clause }, i) => (isRequired(clause) ? bits | (1 << i) : bits), 0);
  if (wanted.some(({ meanings, clause }) => isRequired(clause) && meanings.length === 0))
    return { ...nothing, total: 0 };
  const phrases = new Map<Wanted, ReturnType<typeof phrasePostings>[]>();
  for (const w of [...wanted, ...unwanted])
    if (w.clause.kind === 'phrase' && w.meanings.length > 0)
      phrases.set(
        w,
        segments.map((segment, place) => phrasePostings(segment, place, w.meanings, budget)),
      );
  const questions = () =>
    segments.map(
      (segment, place): SegmentQuestion => ({
        segment: place,
        lanes: lanesOf(wanted, phrases, segment, place),
        excluded: lanesOf(unwanted, phrases, segment, place),
        required,
        isAllowed: allowing(segment, options.filter ?? {}),
      }),
    );
  const counted =
    options.counted || sort !== 'relevance' ? countAnswering(segments, questions(), budget, options) : undefined;
  let found: Found[];
  if (sort !== 'relevance') found = ordered(segments, counted?.found ?? [], sort).slice(0, offset + limit);
  else {
    const top = new Top(Math.max(NEARNESS_FROM_BEST, offset + limit));
    // The newest segment last in the list is the first to be read: of equals the newer comes first.
    for (const question of questions().reverse()) offerBest(question, top, budget);
    const best = top.sorted();
    found = [
      ...raiseNeighbours(best.slice(0, NEARNESS_FROM_BEST), wanted, segments),
      ...best.slice(NEARNESS_FROM_BEST),
    ];
  }
  const hits = found.slice(offset, offset + limit).map((f) => ({
    id: segments[f.segment].s.ids[f.doc],
    score: scoreOf(f.points),
    why: explain(wanted, segments[f.segment], f),
  }));
  const hasAll = counted
    ? counted.clauses === wanted.length
    : hits.length > 0 && clausesOf(hits[0], wanted) === wanted.length;
  if (found.length > 0 && !hasAll) notes.push('No paper has all of these words; those with most of them are shown.');
  if (budget.isCut) notes.push(`The search was cut after ${budgetMs} ms; there may be better papers than these.`);
  return {
    total: counted?.found.length,
    hasAll,
    hits,
    facets: counted?.facets?.result(),
    matched: wanted.flatMap((w) => w.meanings.map((m) => m.term)),
    notes,
    words: wanted.length,
    coverage: hits.length > 0 ? clausesOf(hits[0], wanted) / wanted.length : 0,
    isCut: budget.isCut,
  };
}

function lanesOf(
  wanted: readonly Wanted[],
  phrases: Map<Wanted, ReturnType<typeof phrasePostings>[]>,
  segment: Segment,
  place: number,
): Lane[] {
  return wanted.flatMap((w, clause) => {
    const phrase = phrases.get(w);
    if (phrase) {
      const points = w.meanings.reduce((sum, word) => sum + word.points, 0);
      return [new Lane(phrase[place], 0, { clause, points, bonus: points * PRESENCE })];
    }
    return w.meanings.flatMap(({ ordinals, points }) =>
      ordinals[place] < 0 ? [] : [new Lane(segment.s, ordinals[place], { clause, points, bonus: points * PRESENCE })],
    );
  });
}

/** The papers that answer the most clauses that any answers. */
function countAnswering(
  segments: readonly Segment[],
  questions: SegmentQuestion[],
  budget: Budget,
  { counted, groupOf }: SearchOptions,
) {
  let clauses = 0;
  let found: Found[] = [];
  for (const question of questions.toReversed())
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
  const facets = counted ? new FacetCounts(groupOf) : undefined;
  if (facets) for (const f of found) facets.count(segments[f.segment], f.doc);
  return { clauses, found, facets };
}

function ordered(segments: readonly Segment[], found: Found[], sort: 'newest' | 'votes'): Found[] {
  const day = (f: Found) => segments[f.segment].s.days[f.doc];
  const votes = (f: Found) => segments[f.segment].s.votes[f.doc];
  const id = (f: Found) => segments[f.segment].s.ids[f.doc];
  return found.sort((a, b) => (sort === 'votes' ? votes(b) - votes(a) : 0) || day(b) - day(a) || id(b) - id(a));
}

function explain(wanted: readonly Wanted[], segment: Segment, { segment: place, doc }: Found): Hit['why'] {
  return wanted.flatMap(({ clause, meanings }) => {
    const given = meanings.flatMap(({ term, points, ordinals }) => {
      const impact = ordinals[place] < 0 ? 0 : segment.impact(ordinals[place], doc);
      return impact === 0
        ? []
        : [{ text: clause.text, matched: wordOf(term), points: scoreOf(points * (impact + PRESENCE)) }];
    });
    if (clause.kind !== 'phrase') return given.sort((a, b) => b.points - a.points).slice(0, 1);
    const sum = given.reduce((total, g) => total + g.points, 0);
    return given.length > 0 ? [{ text: clause.text, matched: clause.text, points: sum }] : [];
  });
}

function clausesOf(hit: Hit, wanted: readonly Wanted[]): number {
  return Math.min(hit.why.length, wanted.length);
}
