import type { Budget } from './budget.ts';
import { WINDOW, WINDOW_BITS } from './chunks.ts';
import type { Lane } from './lane.ts';
import { Top } from './top.ts';
import { WindowScores } from './window-scores.ts';

/** What is asked of one segment. */
export interface SegmentQuestion {
  /** Its place among the index's segments. */
  segment: number;
  lanes: Lane[];
  /** Documents with one of these are not found. */
  excluded: Lane[];
  /** Bits of the clauses that a document must answer. */
  required: number;
  isAllowed(doc: number): boolean;
}

/** A first threshold is taken from so many times as many postings as papers are wanted. */
const SEED_FROM = 2;

const scores = new WindowScores();
let fetched = 0;

/**
 * Offers the best documents of a segment. Window by window, the newest first: terms that together cannot lift a document
 * over the threshold are only looked up for those that others have found (MaxScore, Turtle & Flood 1995), and a window
 * whose highest impacts do not reach it is passed unread (as in block-max indexes, Ding & Suel 2011).
 */
export function offerBest(question: SegmentQuestion, top: Top, budget: Budget): void {
  const { excluded, required } = question;
  const lanes = [...question.lanes].sort((a, b) => a.mostOfAll - b.mostOfAll);
  for (const lane of lanes) fetched = (fetched + lane.fetch()) & 1;
  const keepsClauses = required !== 0 || hasClauseOfSeveralTerms(lanes);
  const here: Lane[] = [];
  for (let window = lastWindow(lanes); window >= 0 && !budget.isOver(); window = lastWindow(lanes)) {
    const most = gather(lanes, window, here);
    if (most > top.threshold && (clausesOf(here) & required) === required) {
      const asked = { window, excluded, keepsClauses };
      const threshold = top.isFull ? top.threshold : seeded(question, here, { ...asked, size: top.size });
      offerFound(question, { window, threshold, found: scoreWindow(here, { ...asked, threshold }) }, top);
      scores.clear();
    }
    for (const lane of here) lane.chunk -= 1;
  }
}

/**
 * A threshold for the first window, in which else every document would count as one of the best so far: what the best
 * of those with the most telling words get. As many documents as are wanted exceed it.
 */
function seeded(
  question: SegmentQuestion,
  here: Lane[],
  { size, ...asked }: { size: number; window: number; excluded: Lane[]; keepsClauses: boolean },
): number {
  let essential = here.length;
  let postings = 0;
  while (essential > 0 && postings < size * SEED_FROM) postings += here[--essential].count;
  if (essential === 0) return 0;
  const best = new Top(size);
  const found = scoreWindow(here, { ...asked, threshold: 0, essential });
  offerFound(question, { window: asked.window, threshold: 0, found }, best);
  scores.clear();
  return Math.max(0, best.threshold - 1);
}

function offerFound(
  { segment, required, isAllowed }: SegmentQuestion,
  { window, threshold, found }: { window: number; threshold: number; found: number },
  top: Top,
): void {
  const base = window << WINDOW_BITS;
  let least = Math.max(threshold, top.threshold);
  scores.sortCandidates(found);
  for (let i = found - 1; i >= 0; i--) {
    const offset = scores.candidates[i];
    const points = scores.points[offset];
    if (points <= least || (scores.clauses[offset] & required) !== required || !isAllowed(base + offset)) continue;
    top.offer(points, segment, base + offset);
    least = Math.max(threshold, top.threshold);
  }
}

/** Visits the documents of a segment that answer at least so many clauses of the question, the newest first. */
export function visitAnswering(
  question: SegmentQuestion,
  budget: Budget,
  { atLeast, visit }: { atLeast(): number; visit(doc: number, clauses: number): void },
): void {
  const { lanes, excluded, required, isAllowed } = question;
  const here: Lane[] = [];
  for (let window = lastWindow(lanes); window >= 0 && !budget.isOver(); window = lastWindow(lanes)) {
    gather(lanes, window, here);
    const clauses = clausesOf(here);
    if (bits(clauses) >= atLeast() && (clauses & required) === required) {
      scores.add(here, 0, true);
      leaveOut(excluded, window);
      const base = window << WINDOW_BITS;
      for (let offset = WINDOW - 1; offset >= 0; offset--) {
        if (scores.points[offset] <= 0 || (scores.clauses[offset] & required) !== required) continue;
        const count = bits(scores.clauses[offset]);
        if (count >= atLeast() && isAllowed(base + offset)) visit(base + offset, count);
      }
      scores.clear();
    }
    for (const lane of here) lane.chunk -= 1;
  }
}

/** Scores a window's documents. Those that may pass the threshold are the candidates; how many. */
function scoreWindow(
  here: Lane[],
  {
    window,
    threshold,
    excluded,
    keepsClauses,
    essential: from,
  }: { window: number; threshold: number; excluded: Lane[]; keepsClauses: boolean; essential?: number },
): number {
  // Those before `essential` cannot reach the threshold by themselves, or are left out of the search for documents.
  let rest = 0;
  let essential = 0;
  if (from !== undefined) while (essential < from) rest += here[essential++].most;
  else while (essential < here.length - 1 && rest + here[essential].most <= threshold) rest += here[essential++].most;
  scores.add(here, essential, keepsClauses);
  leaveOut(excluded, window);
  let found = scores.gatherCandidates(threshold - rest);
  for (let i = essential - 1; i >= 0 && found > 0; i--) {
    scores.addToCandidates(here[i], found);
    rest -= here[i].most;
    found = scores.keepCandidates(found, threshold - rest);
  }
  return found;
}

function leaveOut(excluded: Lane[], window: number): void {
  for (const lane of excluded) {
    while (lane.window > window) lane.chunk -= 1;
    if (lane.window === window) scores.leaveOut(lane);
  }
}

/** The lanes with something in a window; the most that a document there can get. */
function gather(lanes: Lane[], window: number, here: Lane[]): number {
  here.length = 0;
  let most = 0;
  for (const lane of lanes) {
    if (lane.window !== window) continue;
    here.push(lane);
    most += lane.most;
  }
  return most;
}

function lastWindow(lanes: Lane[]): number {
  let last = -1;
  for (const lane of lanes) if (lane.window > last) last = lane.window;
  return last;
}

function clausesOf(lanes: Lane[]): number {
  let clauses = 0;
  for (const lane of lanes) clauses |= 1 << lane.clause;
  return clauses;
}

function hasClauseOfSeveralTerms(lanes: Lane[]): boolean {
  return new Set(lanes.map((lane) => lane.clause)).size < lanes.length;
}

function bits(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
