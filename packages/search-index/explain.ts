import { scoreOf } from './bm25.ts';
import { type Wanted, worthOfPresence } from './meaning.ts';
import { wordOf } from './paper.ts';
import type { Segment } from './segment.ts';

/** What found a paper: a word as typed, the indexed term that it matched, and what it gave to the score. */
export interface Reason {
  text: string;
  matched: string;
  points: number;
}

/** The clauses of a question that a document answers, each with the best of what answers it. */
export function explain(
  wanted: readonly Wanted[],
  segment: Segment,
  { place, doc, presence }: { place: number; doc: number; presence: number },
): Reason[] {
  return wanted.flatMap((w) => {
    const { clause, meanings } = w;
    const worth = worthOfPresence(w) * presence;
    const given = meanings.flatMap(({ term, points, ordinals }) => {
      const impact = ordinals[place] < 0 ? 0 : segment.impact(ordinals[place], doc);
      return impact === 0 ? [] : [{ text: clause.text, matched: wordOf(term), points: scoreOf(points * impact) }];
    });
    if (clause.kind !== 'phrase')
      return given
        .sort((a, b) => b.points - a.points)
        .slice(0, 1)
        .map((best) => ({ ...best, points: best.points + scoreOf(worth) }));
    const sum = given.reduce((total, g) => total + g.points, scoreOf(worth));
    // A phrase is none without one of its words.
    return given.length === meanings.length && sum > 0
      ? [{ text: clause.text, matched: clause.text, points: sum }]
      : [];
  });
}
