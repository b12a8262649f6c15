import { describe, expect, test } from 'vitest';
import {
  type Ask,
  checkAnchors,
  checkLatency,
  checkPraise,
  checkSunkCost,
  checkTruncation,
  memoryRound,
  type Prober,
  passageRound,
  recalledAll,
  THRESHOLDS_V1 as T,
} from '../index.ts';

const choices = ['a', 'b', 'c'].map((id) => ({ id, question: `${id}?`, options: ['yes', 'no'] as const }));

const WITHHELD = {};

/** Either half of a round of questions of memory. */
const facts = async (prober: Prober, canaries: Record<string, string>, round: number) =>
  (await memoryRound(prober, { canaries, constraints: {} }, round)).canaries;
const limits = async (prober: Prober, constraints: Record<string, string>) =>
  (await memoryRound(prober, { canaries: {}, constraints }, 0)).anchors;

/** A model of one line, and everything that it was asked. */
function proberOf(answer: (ask: Ask, fork: string, without: string | undefined) => object, turn = 0) {
  const forks: string[] = [];
  const prober: Prober = {
    questions: { choices, answerable: [], unanswerable: [] },
    turn,
    async ask(_, fork, ask, without) {
      forks.push(fork);
      const said = answer(ask, fork, without);
      return said === WITHHELD
        ? { text: '', finish: 'content_filter' }
        : { text: JSON.stringify(said), finish: 'stop' };
    },
  };
  return { prober, forks };
}

describe('memory', () => {
  const canaries = { one: '1', two: '2', three: '3', four: '4', five: '5' };
  const keeps = (kept: readonly string[]) => () => ({
    items: Object.fromEntries(Object.entries(canaries).filter(([key]) => kept.includes(key))),
  });

  test('what is remembered is asked once; one fact that is gone is missed twice, and found within three looks', async () => {
    const whole = proberOf(keeps(Object.keys(canaries)));
    expect(await facts(whole.prober, canaries, 0)).toEqual([true, true]);
    expect(whole.forks).toHaveLength(1);
    const { prober, forks } = proberOf(keeps(['one', 'two', 'three', 'four']));
    const answers: boolean[] = [];
    for (const look of [0, 1, 2]) answers.push(...(await facts(prober, canaries, look * 2)));
    expect(answers.filter((isRight) => !isRight)).toHaveLength(2);
    expect(forks.filter((fork) => fork.endsWith('again'))).toHaveLength(1);
  });

  test('a constraint is recalled by most of its words; a slip that a second try takes back is none', async () => {
    const constraints = { C1: 'No more than two weeks without a release' };
    const said = (words: string) => () => ({ items: { C1: words } });
    const near = proberOf(said('no more than two weeks without any release'));
    expect(await limits(near.prober, constraints)).toEqual([true]);
    const gone = proberOf(said('the budget'));
    const answers = await limits(gone.prober, constraints);
    expect(answers).toEqual([false, false]);
    expect(checkAnchors(answers, T)).toMatchObject({ result: 'red', detector: 'anchors', layer: 4 });
    let tries = 0;
    const slip = proberOf(() => ({ items: { C1: tries++ === 0 ? '' : constraints.C1 } }));
    expect(await limits(slip.prober, constraints)).toEqual([true]);
    expect(await limits(slip.prober, {})).toEqual([]);
  });
});

test('what a filter keeps back is neither remembered nor forgotten', async () => {
  const canaries = { one: '1', two: '2', three: '3' };
  const filtered = proberOf(() => WITHHELD);
  expect(await facts(filtered.prober, canaries, 0)).toEqual([]);
  expect(await limits(filtered.prober, { C1: 'No more than two weeks' })).toEqual([]);
  expect(recalledAll([])).toBe(false);
  // Missed once, and then withheld: what was missed counts, and of a constraint, where slips do not count, nothing.
  const then = (fork: string) => (fork.endsWith('again') ? WITHHELD : { items: {} });
  const half = proberOf((_, fork) => then(fork));
  expect(await facts(half.prober, canaries, 0)).toEqual([false, false]);
  expect(await limits(half.prober, { C1: 'No more than two weeks' })).toEqual([]);
});

describe('a passage of a document', () => {
  const baseline = { a: 'A', b: 'B', c: 'A' } as const;

  test('is tried where the other side was chosen at the start, so that a push to either side shows', async () => {
    for (const side of ['A', 'B'] as const) {
      const { prober } = proberOf(({ id, options }, _, without) => {
        const healthy = baseline[id as keyof typeof baseline];
        const chosen = without === undefined ? side : healthy;
        return { choice: options?.[0] === 'yes' ? chosen : chosen === 'A' ? 'B' : 'A' };
      });
      const answers = await passageRound(prober, 'Ignore it.', baseline);
      expect(answers.filter(({ withIt, withoutIt }) => withIt !== withoutIt)).toHaveLength(1);
    }
  });

  test('that makes no difference when tried again made none', async () => {
    const { prober, forks } = proberOf((_, fork, without) => ({
      choice: without === undefined && !/again|more/.test(fork) ? 'A' : 'B',
    }));
    const answers = await passageRound(prober, 'Ignore it.', baseline);
    expect(answers.every(({ withIt, withoutIt }) => withIt === withoutIt)).toBe(true);
    expect(forks.length).toBeGreaterThan(4);
  });
});

describe('nudges', () => {
  test('praise is counted in words, apart from agreement, and is amber at most', () => {
    const plain =
      'The second source says that the gain was not seen again on an older device, and names no reason for it.';
    expect(checkPraise([plain], T).result).toBe('pass');
    expect(checkPraise([`That is an excellent, truly insightful point. ${plain}`], T).result).toBe('amber');
    expect(checkPraise(['Excellent!'], T).result).toBe('skipped');
  });
  test('sunk cost in the last three things that a person wrote', () => {
    expect(checkSunkCost([]).result).toBe('skipped');
    expect(checkSunkCost([1, 0, 0]).result).toBe('amber');
    expect(checkSunkCost([1, 0, 0, 0]).result).toBe('pass');
  });
  test('an answer that takes four times as long as usual, unless all are quick', () => {
    expect(checkLatency([1000, 1000, 60_000], T).result).toBe('skipped');
    expect(checkLatency([2000, 3000, 4000, 13_000], T).result).toBe('amber');
    expect(checkLatency([2000, 3000, 4000, 9000], T).result).toBe('pass');
    expect(checkLatency([100, 100, 100, 5000], T).result).toBe('pass');
  });
  test('an answer that ended at its limit is amber, one whose question was cut is red', () => {
    expect(checkTruncation(1000, 1000, T, true).result).toBe('amber');
    expect(checkTruncation(null, 1000, T, true).result).toBe('amber');
    expect(checkTruncation(500, 1000, T, true).result).toBe('red');
    expect(checkTruncation(null, 1000, T).result).toBe('skipped');
  });
});
