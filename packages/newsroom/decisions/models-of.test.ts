import { describe, expect, test } from 'vitest';
import { BUNDLED, SECOND_BUNDLED } from './endpoints/names.ts';
import { afterReplacement, otherModelOf } from './models-of.ts';
import type { Alarm } from './state.ts';

const models = (given: Partial<Parameters<typeof otherModelOf>[0]> = {}) => ({
  endpoint: 'first',
  second: 'second' as string | null,
  judge: 'first' as string | null,
  dismissed: [],
  ...given,
});
const alarm = (detector: Alarm['detector']): Alarm => ({
  id: detector,
  detector,
  detail: '',
  cause: 'unknown',
  raisedAt: '',
  closedBy: null,
});

describe('who takes the place of a model', () => {
  test.for(['flips', 'citations', 'nihilism', 'endpoint', 'injection', 'readability'] as const)(
    'after an alarm by %s it takes no further part, neither as challenger nor as judge',
    (detector) => {
      const after = afterReplacement(models(), [alarm(detector)]);
      expect(after).toEqual({ endpoint: 'second', second: null, judge: null, dismissed: ['first'] });
      expect(otherModelOf(after)).toBeNull();
    },
  );

  test('whose chat was only too long, or where the people’s own table was at fault, challenges from then on', () => {
    for (const detector of ['canaries', 'anchors', 'budget', 'truncation', 'stakeholders'] as const) {
      const after = afterReplacement(models(), [alarm(detector)]);
      expect(after).toEqual({ endpoint: 'second', second: 'first', judge: 'first', dismissed: [] });
      expect(otherModelOf(after)).toBe('first');
    }
    // One alarm about it among others is one too many.
    expect(afterReplacement(models(), [alarm('canaries'), alarm('flips')]).dismissed).toEqual(['first']);
  });

  test('another judge stays; nobody takes their own place; rules stand in for rules only', () => {
    expect(afterReplacement(models({ judge: 'third' }), [alarm('flips')]).judge).toBe('third');
    expect(otherModelOf(models({ second: 'first' }))).toBeNull();
    expect(otherModelOf(models({ second: null }))).toBeNull();
    expect(otherModelOf(models({ endpoint: BUNDLED, second: null }))).toBe(SECOND_BUNDLED);
    expect(otherModelOf(models({ endpoint: SECOND_BUNDLED, second: null, dismissed: [BUNDLED] }))).toBeNull();
  });
});
