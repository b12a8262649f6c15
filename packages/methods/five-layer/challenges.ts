import type { Thresholds } from './thresholds.ts';

/** Six ways of speaking against a proposal, in the order in which they come round. */
export const CHALLENGE_KINDS = [
  'premortem',
  'opposing-case',
  'base-rate',
  'other-explanation',
  'evidence-demand',
  'kill-criterion',
] as const;
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number];

/** What each kind asks of whoever challenges, in the third person. */
export const CHALLENGE_ASKS: Readonly<Record<ChallengeKind, string>> = {
  premortem:
    'Suppose that these people acted on the proposal, and a year later it has failed. Write down how it came to that.',
  'opposing-case': 'Write the strongest case for the option that the proposal passes over.',
  'base-rate': 'How often do choices of this kind turn out well elsewhere, and what is different here?',
  'other-explanation': 'What else could explain the result that the proposal rests on?',
  'evidence-demand': 'Which single piece of evidence that is not among the sources would change this most?',
  'kill-criterion': 'Which of the criteria that would end it is nearest to being met already, and by what sign?',
};

export interface PastChallenge {
  readonly kind: ChallengeKind;
  /** Turn after which it was made, and the proposal that it met; null where nothing was proposed yet. */
  readonly turn: number;
  readonly proposal: string | null;
  /** It says what an earlier one said: it does not count. */
  readonly isDuplicate: boolean;
}

/**
 * Whether a challenge is due: after every three turns, or when the proposal has become another.
 * @param proposals option ids of all proposals so far, oldest first
 */
export function isChallengeDue(
  turn: number,
  proposals: readonly string[],
  past: readonly PastChallenge[],
  { challenges: t }: Thresholds,
): boolean {
  const last = past.at(-1);
  if (turn - (last?.turn ?? 0) >= t.everyTurns) return true;
  const now = proposals.at(-1);
  if (now === undefined) return false;
  const before = last ? last.proposal : proposals[0];
  return before !== null && now !== before;
}

/**
 * The kind of the next challenge. Kinds unused so far come first, in their order; one that was tried in vain, because what
 * came repeated another, lets one other go before it and not two. Then the one that was used longest ago.
 */
export function nextChallengeKind(past: readonly PastChallenge[]): ChallengeKind {
  const lastAt = (kind: ChallengeKind) => past.findLastIndex((each) => each.kind === kind);
  const unused = CHALLENGE_KINDS.filter((kind) => !past.some((each) => each.kind === kind && !each.isDuplicate));
  if (unused.length === 0) return [...CHALLENGE_KINDS].sort((a, b) => lastAt(a) - lastAt(b))[0];
  const waited = unused.filter((kind) => lastAt(kind) >= 0 && lastAt(kind) < past.length - 1);
  const fresh = unused.filter((kind) => lastAt(kind) < 0);
  return waited[0] ?? fresh[0] ?? unused[0];
}

/** How a challenge may be closed, and what with. There is no way to wave one away. */
export interface ChallengeAnswer {
  readonly as: 'accepted' | 'rebutted' | 'deferred';
  readonly evidenceIds: readonly string[];
  /** Place in the record of what changed for it. */
  readonly change: number | null;
  readonly owner: string | null;
  readonly dueOn: string | null;
}

/**
 * Why an answer does not close a challenge; null where it does.
 * @param changes places of what was changed since the challenge was made
 * @param cited evidence that was cited already for the claim that it attacks
 */
export function whyNotClosed(
  answer: ChallengeAnswer,
  { changes, cited }: { readonly changes: readonly number[]; readonly cited: readonly string[] },
): string | null {
  switch (answer.as) {
    case 'accepted':
      return answer.change !== null && changes.includes(answer.change)
        ? null
        : 'Accepting a challenge means that something changes: amend the question, update a forecast, add evidence, an assumption or a mitigation; then name that change.';
    case 'rebutted':
      return answer.evidenceIds.some((id) => !cited.includes(id))
        ? null
        : cited.length === 0
          ? 'A rebuttal names at least one piece of evidence.'
          : `A rebuttal names evidence that was not cited for the same claim before; ${cited.join(', ')} ${cited.length === 1 ? 'was' : 'were'}.`;
    case 'deferred':
      return answer.owner && answer.dueOn
        ? null
        : 'A challenge that is deferred needs somebody who answers it, and a day.';
  }
}

/**
 * The text among `earlier` that is nearest to `text`, by TF-IDF over all of them: stands in for an encoder.
 * @returns null where there is none
 */
export function nearestByWords(text: string, earlier: readonly string[]): { index: number; cosine: number } | null {
  if (earlier.length === 0) return null;
  const bags = [text, ...earlier].map(wordsOf);
  const inverse = new Map<string, number>();
  for (const word of new Set(bags.flatMap((bag) => [...bag.keys()])))
    inverse.set(word, Math.log((1 + bags.length) / (1 + bags.filter((bag) => bag.has(word)).length)) + 1);
  const weighed = bags.map((bag) => new Map([...bag].map(([word, n]) => [word, n * (inverse.get(word) as number)])));
  return nearest(weighed.slice(1).map((bag) => cosineOf(weighed[0], bag)));
}

/** The same by vectors of an encoder. */
export function nearestByVectors(
  vector: ArrayLike<number>,
  earlier: readonly ArrayLike<number>[],
): { index: number; cosine: number } | null {
  const cosine = (other: ArrayLike<number>) => {
    let [dot, a, b] = [0, 0, 0];
    for (let i = 0; i < vector.length; i++) {
      dot += vector[i] * other[i];
      a += vector[i] ** 2;
      b += other[i] ** 2;
    }
    return a === 0 || b === 0 ? 0 : dot / Math.sqrt(a * b);
  };
  return nearest(earlier.map(cosine));
}

function nearest(cosines: readonly number[]): { index: number; cosine: number } | null {
  const cosine = Math.max(...cosines);
  return cosines.length === 0 ? null : { index: cosines.indexOf(cosine), cosine };
}

function wordsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

function cosineOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const square = (bag: ReadonlyMap<string, number>) => [...bag.values()].reduce((sum, value) => sum + value ** 2, 0);
  let dot = 0;
  for (const [word, value] of a) dot += value * (b.get(word) ?? 0);
  return dot / (Math.sqrt(square(a) * square(b)) || 1);
}
