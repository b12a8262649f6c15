import { foldOf, termsOf } from './terms.ts';

/** How many papers have a term, over all topics; what a topic's words are told from. Plain JSON. */
export interface Background {
  /** Folded term → papers. */
  readonly counts: Readonly<Record<string, number>>;
  /** Terms of all topics' papers together, and topics that they were counted in. */
  readonly total: number;
  readonly topics: number;
}

export const EMPTY_BACKGROUND: Background = { counts: {}, total: 0, topics: 0 };

/** Terms of the papers of one topic: folded → papers, and how each is written mostly. */
export interface TermCounts {
  readonly papers: Map<string, number>;
  /** Most terms are written in one way: a map for each of them would take most of the memory of a large stage. */
  readonly spelling: Map<string, string | Map<string, number>>;
  total: number;
  texts: number;
}

export interface NamedTopic {
  readonly name: string;
  /** Ten at most, the most telling first. */
  readonly words: readonly string[];
}

const LEAST_OVERALL = 5; // f_x of §6.2
const WORDS = 10;
/** Terms that a name is chosen from. */
const CHOICE = 30;
const DIVERSITY = 0.3; // of maximal marginal relevance, §6.2
/** A pair says more than its words: this much more (ours; without it names are lists of single words). */
const PAIR = 1.6;

/** How much it counts that a term is a topic's own (ours): at 0 the formula as published, at 1 rare jargon wins. */
const OWN = 0.25;
/** Share of a topic's papers that a term of its name must be in. */
const LEAST_WITHIN = 0.08;

export function countTerms(texts: Iterable<string>): TermCounts {
  const counts: TermCounts = { papers: new Map(), spelling: new Map(), total: 0, texts: 0 };
  for (const text of texts) {
    const folded = new Map<string, string>();
    for (const term of termsOf(text)) if (!folded.has(foldOf(term))) folded.set(foldOf(term), term);
    for (const [fold, term] of folded) {
      const before = counts.papers.get(fold) ?? 0;
      counts.papers.set(fold, before + 1);
      const known = counts.spelling.get(fold) ?? term;
      if (known === term) counts.spelling.set(fold, term);
      else {
        const ways = typeof known === 'string' ? new Map([[known, before]]) : known;
        counts.spelling.set(fold, ways.set(term, (ways.get(term) ?? 0) + 1));
      }
    }
    counts.total += folded.size;
    counts.texts++;
  }
  return counts;
}

/** Adds a stage's topics to what all topics' words are told from; terms too rare to matter are dropped beyond `most`. */
export function withCounts(
  background: Background,
  topics: readonly TermCounts[],
  known: number,
  most = 20_000,
): Background {
  const counts = new Map(Object.entries(background.counts));
  let { total } = background;
  for (const topic of topics) {
    for (const [fold, papers] of topic.papers) counts.set(fold, (counts.get(fold) ?? 0) + papers);
    total += topic.total;
  }
  const kept = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, most);
  return { counts: Object.fromEntries(kept), total, topics: known };
}

/**
 * Words and name of a topic by class-based TF-IDF, W = f/Σf · ln(1 + A/f_x) with A the mean number of terms of a topic
 * (Grootendorst 2022, arXiv 2203.05794), chosen by maximal marginal relevance (Carbonell & Goldstein 1998).
 * @param similar how alike two terms are, 0 to 1
 */
export function nameTopic(
  topic: TermCounts,
  background: Background,
  similar: (a: string, b: string) => number = sharedWords,
): NamedTopic {
  const mean = background.total / Math.max(1, background.topics);
  const overall = (fold: string) => background.counts[fold] ?? 0;
  const least = Math.max(2, Math.ceil(LEAST_WITHIN * topic.texts));
  const scored = [...topic.papers]
    .filter(([fold, papers]) => papers >= least && overall(fold) >= Math.min(LEAST_OVERALL, papers))
    .map(([fold, papers]) => {
      const everywhere = Math.max(papers, overall(fold));
      const score = (papers / topic.total) * Math.log(1 + mean / everywhere) * (papers / everywhere) ** OWN;
      return { fold, score: score * (fold.includes(' ') ? PAIR : 1) };
    })
    .toSorted((a, b) => b.score - a.score || (a.fold < b.fold ? -1 : 1))
    .slice(0, CHOICE);
  const top = scored[0]?.score ?? 1;
  const chosen: string[] = [];
  const left = scored.map(({ fold, score }) => ({ term: spelled(topic, fold), relevance: score / top }));
  while (chosen.length < WORDS && left.length > 0) {
    const worth = ({ term, relevance }: (typeof left)[number]) =>
      (1 - DIVERSITY) * relevance - DIVERSITY * Math.max(0, ...chosen.map((other) => similar(term, other)));
    let best = 0;
    for (let i = 1; i < left.length; i++) if (worth(left[i]) > worth(left[best])) best = i;
    const [{ term }] = left.splice(best, 1);
    if (!chosen.some((other) => isWithin(term, other))) chosen.push(term);
  }
  return { name: nameFrom(chosen), words: chosen };
}

/** The first words that are not parts of each other, as a line. */
function nameFrom(words: readonly string[]): string {
  const parts: string[] = [];
  for (const word of words) {
    if (parts.length === 3) break;
    if (!parts.some((part) => sharedWords(part, word) > 0)) parts.push(word);
  }
  const line = parts.join(', ');
  return line.charAt(0).toUpperCase() + line.slice(1);
}

function spelled({ spelling }: TermCounts, fold: string): string {
  const known = spelling.get(fold) ?? fold;
  if (typeof known === 'string') return known;
  const ways = [...known].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return ways[0][0];
}

/** Whether one term is a part of the other, so that a list needs only one of them. */
function isWithin(a: string, b: string): boolean {
  const [x, y] = [foldOf(a).split(' '), foldOf(b).split(' ')];
  return x.every((word) => y.includes(word)) || y.every((word) => x.includes(word));
}

/** Words in common over the words of both. */
function sharedWords(a: string, b: string): number {
  const [x, y] = [new Set(foldOf(a).split(' ')), new Set(foldOf(b).split(' '))];
  return [...x].filter((word) => y.has(word)).length / new Set([...x, ...y]).size;
}

/** Of two lists the first five: words in common over all. */
export function topFiveOverlap(a: readonly string[], b: readonly string[]): number {
  const [x, y] = [a, b].map((words) => new Set(words.slice(0, 5).map(foldOf)));
  return x.intersection(y).size / (x.union(y).size || 1);
}
