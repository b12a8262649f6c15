import { describe, expect, test } from 'vitest';
import { judge } from './claims.ts';
import type { Claim, SeedOutcome } from './contract.ts';

const claim: Claim = {
  id: 'C',
  statement: 'It rises.',
  paper: { says: 'It rises.', where: 'Figure 1' },
  measure: 'rise',
  measureLabel: 'the rise',
  comparison: 'above',
  threshold: 0,
  sizes: ['live', 'full'],
};
const outcomes = (values: (number | null)[]): SeedOutcome[] =>
  values.map((rise, i) => ({ seed: i + 1, measures: { rise }, failures: rise === null ? ['all: diverged'] : [] }));
const spread = (mean: number, count: number, width = 0.1) =>
  Array.from({ length: count }, (_, i) => mean + width * (i % 2 === 0 ? 1 : -1));

describe('verdicts', () => {
  test('an interval wholly on the claimed side supports, wholly on the other does not', () => {
    expect(judge(claim, 'live', outcomes(spread(1, 10))).verdict).toBe('supported');
    expect(judge(claim, 'live', outcomes(spread(-1, 10))).verdict).toBe('not supported');
    const below: Claim = { ...claim, comparison: 'below' };
    expect(judge(below, 'live', outcomes(spread(1, 10))).verdict).toBe('not supported');
    expect(judge(below, 'live', outcomes(spread(-1, 10))).verdict).toBe('supported');
  });

  test('an interval that holds the threshold decides nothing', () => {
    const verdict = judge(claim, 'live', outcomes(spread(0.01, 10)));
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.sentence).toContain('touches that limit');
  });

  test('"within" needs the whole interval inside, and is refuted only by one wholly outside', () => {
    const within: Claim = { ...claim, comparison: 'within', threshold: 0.5 };
    expect(judge(within, 'live', outcomes(spread(0.1, 10))).verdict).toBe('supported');
    expect(judge(within, 'live', outcomes(spread(0.5, 10))).verdict).toBe('inconclusive');
    expect(judge(within, 'live', outcomes(spread(-2, 10))).verdict).toBe('not supported');
  });

  test('nine seeds are not enough, however clear', () => {
    const verdict = judge(claim, 'live', outcomes(spread(1, 9)));
    expect(verdict.verdict).toBe('inconclusive');
    expect(verdict.interval?.mean).toBeGreaterThan(0.9);
    expect(verdict.sentence).toContain('fewer than 10 seeds');
  });

  test('seeds that diverged are counted, and too many of them leave no verdict', () => {
    const few = judge(claim, 'live', outcomes([...spread(1, 10), null]));
    expect(few).toMatchObject({ verdict: 'supported', seeds: 10, failedSeeds: 1 });
    expect(few.sentence).toContain('1 seed of 11 ended early');
    expect(judge(claim, 'live', outcomes([...spread(1, 10), null, null, null])).verdict).toBe('inconclusive');
    expect(judge(claim, 'live', outcomes([null, null]))).toMatchObject({ verdict: 'inconclusive', interval: null });
  });

  test('a claim of another size, or one that nothing was measured for, is not run', () => {
    expect(judge(claim, 'paper', outcomes(spread(1, 10))).verdict).toBe('not run');
    const unmeasured = Array.from({ length: 10 }, (_, seed) => ({ seed, measures: {}, failures: ['other: diverged'] }));
    expect(judge(claim, 'live', unmeasured).verdict).toBe('not run');
  });

  test('a value that rounds to nothing has no sign', () => {
    expect(judge(claim, 'live', outcomes(spread(-1e-6, 10, 1e-6))).sentence).toContain('is 0.0000,');
  });
});
