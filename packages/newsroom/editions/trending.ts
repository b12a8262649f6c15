import { daysBetween } from './calendar.ts';

/** What trending looks at, for one paper; an absent term is one that nobody has measured. */
export interface TrendingFacts {
  votes: number;
  comments: number;
  starsPerDay?: number;
  /** The day from which its age counts: that of its edition, else of its listing. */
  day: string;
}

export interface TrendingScore {
  value: number;
  terms: { name: string; value: number; points: number }[];
  absent: string[];
}

/** Weights of the published formula (docs/guides/trending.md). */
const COMMENT_WEIGHT = 0.5;
const STARS_WEIGHT = 1;
/** After this many days a paper's points count half. */
export const HALF_LIFE_DAYS = 7;

/**
 * score = (log₂(1 + votes) + ½·log₂(1 + comments) + log₂(1 + stars per day)) · 2^(−age / 7 days)
 *
 * Logarithms, so that ten times the votes is a step and not a landslide. The terms are returned as they count.
 * @param today the day from which ages are measured
 */
export function trendingScore(facts: TrendingFacts, today: string): TrendingScore {
  const terms = [
    { name: 'votes', value: facts.votes, points: Math.log2(1 + facts.votes) },
    { name: 'comments', value: facts.comments, points: COMMENT_WEIGHT * Math.log2(1 + facts.comments) },
  ];
  const absent: string[] = [];
  if (facts.starsPerDay === undefined) absent.push('stars per day');
  else
    terms.push({
      name: 'stars per day',
      value: facts.starsPerDay,
      points: STARS_WEIGHT * Math.log2(1 + Math.max(0, facts.starsPerDay)),
    });
  const ageDays = Math.max(0, daysBetween(facts.day, today));
  const sum = terms.reduce((total, term) => total + term.points, 0);
  const value = sum * 2 ** (-ageDays / HALF_LIFE_DAYS);
  return { value, terms: [...terms, { name: 'age in days', value: ageDays, points: value - sum }], absent };
}
