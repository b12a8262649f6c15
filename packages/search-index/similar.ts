import { scoreOf } from './bm25.ts';
import { Budget } from './budget.ts';
import { placesOf } from './by-id.ts';
import { allowing, type Filter } from './filter.ts';
import { Lane } from './lane.ts';
import { type Meaning, Reader } from './meaning.ts';
import { offerBest } from './score.ts';
import type { Segment } from './segment.ts';
import { STOP_WORDS, tokensOf } from './tokens.ts';
import { Top } from './top.ts';

/** As many words as a person would name to describe a paper. */
const SIMILAR_TERMS = 24;
const BUDGET_MS = 150;
/** Shared words that are named. */
const NAMED = 4;

export interface Similar {
  /** The most similar first. */
  hits: { id: number; score: number }[];
  /** The most telling words that the text and a paper have, a hit or another, as they stand in the text. */
  sharedWords(id: number): string[];
}

/** Papers that share the most telling words with a text, the text's own paper left out. */
export function similar(
  segments: readonly Segment[],
  text: string,
  { limit, except, filter = {} }: { limit: number; except: number; filter?: Filter },
): Similar {
  const reader = new Reader(segments);
  const telling = tellingWords(text, reader, except);
  const top = new Top(limit);
  const budget = new Budget(BUDGET_MS);
  for (const [place, segment] of [...segments.entries()].reverse()) {
    const own = segment.docOf(except);
    const isAllowed = allowing(segment, filter);
    const lanes = telling.flatMap(({ meaning, points }, clause) =>
      meaning.ordinals[place] < 0
        ? []
        : [new Lane(segment.s, meaning.ordinals[place], { clause: clause % 32, points, bonus: 0 })],
    );
    offerBest(
      { segment: place, lanes, excluded: [], required: 0, isAllowed: (doc) => doc !== own && isAllowed(doc) },
      top,
      budget,
    );
  }
  return {
    hits: top.sorted().map(({ segment, doc, points }) => ({
      id: segments[segment].s.ids[doc],
      score: scoreOf(points),
    })),
    sharedWords: (id) =>
      placesOf(segments, [id]).flatMap(({ segment, doc }) =>
        telling
          .filter(
            ({ meaning: { ordinals } }) =>
              ordinals[segment] >= 0 && segments[segment].impact(ordinals[segment], doc) > 0,
          )
          .slice(0, NAMED)
          .map(({ word }) => word),
      ),
  };
}

/** The words that tell most of a text, the best first. */
function tellingWords(
  text: string,
  reader: Reader,
  except: number,
): { word: string; meaning: Meaning; points: number }[] {
  const counts = new Map<string, { count: number; word: string }>();
  for (const { term, start, end } of tokensOf(text)) {
    if (STOP_WORDS.has(term) || term.length < 3) continue;
    const known = counts.get(term);
    if (known) known.count += 1;
    else counts.set(term, { count: 1, word: text.slice(start, end).toLowerCase() });
  }
  const isIndexed = reader.segments.some((segment) => segment.docOf(except) >= 0);
  return [...counts]
    .flatMap(([term, { count, word }]) => {
      const meaning = reader.meaning(term);
      // A word that no other paper has cannot be shared.
      if (!meaning || (isIndexed && meaning.df < 2)) return [];
      return [{ word, meaning, points: Math.max(1, Math.round(meaning.points * Math.log(1 + count))) }];
    })
    .sort((a, b) => b.points - a.points)
    .slice(0, SIMILAR_TERMS);
}
