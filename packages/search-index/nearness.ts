import { IMPACT_STEPS } from './bm25.ts';
import type { Wanted } from './meaning.ts';
import type { Ranking } from './ranking.ts';
import type { Segment } from './segment.ts';
import type { Found } from './top.ts';

/** Gives what was found more points for each pair of neighbouring words that it has side by side, and sorts it anew. */
export function raiseNeighbours(
  found: Found[],
  wanted: readonly Wanted[],
  segments: readonly Segment[],
  { pairShare }: Ranking,
): Found[] {
  const pairs = pairPoints(wanted, pairShare);
  if (pairs.every((points) => points === 0)) return found;
  const answers = segments.map((segment, place) => answersOf(wanted, segment, place));
  markAll(answers, 1);
  fetched = fetchWords(found, segments);
  const raised = found.map(({ segment, doc, points }) => ({
    segment,
    doc,
    points: points + neighbourPoints(segments[segment], doc, answers[segment], pairs),
  }));
  markAll(answers, 0);
  // Sorting is stable: of equals the first stays the first.
  return raised.sort((a, b) => b.points - a.points);
}

/** Bytes that come from memory together. */
const LINE = 64;
/** Kept so that no compiler leaves the reading out. */
let fetched = 0;

/** Reads a byte here and there of what will be read: so all is waited for at once, and not one text after another. */
function fetchWords(found: readonly Found[], segments: readonly Segment[]): number {
  let sum = fetched & 1;
  for (const { segment, doc } of found) {
    const { words, wordsAt } = segments[segment].s;
    const end = wordsAt[doc + 1];
    for (let at = wordsAt[doc]; at < end; at += LINE) sum += words[at];
  }
  return sum;
}

/** What each clause and the one after it are worth side by side; 0 where either is no plain word. */
function pairPoints(wanted: readonly Wanted[], pairShare: number): number[] {
  return wanted.map(({ meanings, clause }, i) => {
    const next = wanted[i + 1];
    const isPair = next && isPlain(clause) && isPlain(next.clause) && meanings.length > 0 && next.meanings.length > 0;
    return isPair ? Math.round(Math.min(meanings[0].points, next.meanings[0].points) * IMPACT_STEPS * pairShare) : 0;
  });
}

function isPlain({ kind, field }: Wanted['clause']): boolean {
  return kind !== 'phrase' && field === undefined;
}

/** Which clause a word of a segment answers, by the number that texts have for it. */
function answersOf(wanted: readonly Wanted[], { s }: Segment, place: number): Map<number, number> {
  const answers = new Map<number, number>();
  for (const [clause, { meanings, clause: asked }] of wanted.entries())
    if (isPlain(asked))
      for (const { ordinals } of meanings)
        if (ordinals[place] >= 0) answers.set(s.numberOf[ordinals[place]] + 1, clause);
  return answers;
}

const NONE = -2;

/**
 * By the last two bytes of a written number, whether one that ends so may answer anything: most words of a text do not,
 * and are passed by this one look without being put together from their bytes. Small, as it is fetched anew each time.
 */
const marks = new Uint8Array(1 << 12);

/** Numbers are written seven bits a byte with the lowest first. */
function markAll(answers: readonly Map<number, number>[], mark: 0 | 1): void {
  for (const ofSegment of answers)
    for (const value of ofSegment.keys()) {
      let before = 0;
      let last = value;
      for (; last > 127; last >>= 7) before = (last & 127) | 128;
      marks[keyOf(before, last)] = mark;
    }
}

/** The byte before is of the same number where its highest bit is set; else it does not matter. */
function keyOf(before: number, last: number): number {
  return (((before & -(before >> 7)) << 4) ^ (last * 0x25)) & 0xfff;
}

function neighbourPoints({ s }: Segment, doc: number, answers: Map<number, number>, pairs: number[]): number {
  const bytes = s.words;
  const start = s.wordsAt[doc];
  const end = s.wordsAt[doc + 1];
  let points = 0;
  let met = 0;
  let clauseBefore = NONE;
  let behindIt = -1;
  let byteBefore = 0;
  for (let at = start; at < end; at++) {
    // Four at a time, as hardly any ends a word that was asked for.
    while (at + 4 <= end) {
      const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
      if (marks[keyOf(byteBefore, a)] | marks[keyOf(a, b)] | marks[keyOf(b, c)] | marks[keyOf(c, d)]) break;
      byteBefore = d;
      at += 4;
    }
    if (at === end) break;
    const byte = bytes[at];
    const isHopeless = marks[keyOf(byteBefore, byte)] === 0 || byte > 127;
    byteBefore = byte;
    if (isHopeless) continue;
    let first = at;
    let value = byte;
    while (first > start && bytes[first - 1] > 127) value = (value << 7) | (bytes[--first] & 127);
    const clause = answers.get(value) ?? NONE;
    if (first === behindIt && clause === clauseBefore + 1 && clause > 0 && (met & (1 << clause)) === 0) {
      met |= 1 << clause;
      points += pairs[clauseBefore];
    }
    clauseBefore = clause;
    behindIt = at + 1;
  }
  return points;
}
