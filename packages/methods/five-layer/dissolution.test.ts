import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DissolutionFacts, type DissolutionProposal, dissolutionsDue, THRESHOLDS_V1 as T } from './index.ts';

const calm: DissolutionFacts = {
  criteriaMet: [],
  floor: null,
  forecasts: [],
  brokenAssumptions: [],
  lossesAfterRecalibration: 0,
  failedStage: null,
  isBudgetGone: false,
  injectionAlarm: null,
  past: [],
};
const due = (facts: Partial<DissolutionFacts>) => dissolutionsDue({ ...calm, ...facts }, T);
const met = { id: 'K1', words: 'gain below 2', evidenceIds: ['E1'] };

describe('the checks propose to stop', () => {
  test('nothing, while nothing is wrong', () => {
    expect(due({})).toEqual([]);
    expect(due({ criteriaMet: [{ ...met, evidenceIds: [] }] })).toEqual([]);
    expect(due({ floor: 0.4, forecasts: [0.3, 0.5, 0.3] })).toEqual([]);
    expect(due({ brokenAssumptions: ['A1', 'A2'], lossesAfterRecalibration: 1 })).toEqual([]);
  });

  test.for<[string, Partial<DissolutionFacts>, string, string]>([
    ['a criterion met, with evidence', { criteriaMet: [met] }, 'direction', 'criterion-met'],
    ['two forecasts in a row below the floor', { floor: 0.4, forecasts: [0.7, 0.39, 0.2] }, 'direction', 'below-floor'],
    ['three broken assumptions', { brokenAssumptions: ['A1', 'A2', 'A4'] }, 'direction', 'assumptions-broken'],
    ['lost twice after a recalibration', { lossesAfterRecalibration: 2 }, 'partnership', 'state-lost'],
    ['a stage failed three times', { failedStage: { name: 'X', recalibrations: 0 } }, 'partnership', 'stage-failed'],
    ['the budget gone', { isBudgetGone: true }, 'partnership', 'budget-gone'],
    ['an obeyed document', { injectionAlarm: 'alarm-2' }, 'partnership', 'injection'],
  ])('%s', ([, facts, kind, trigger]) => {
    expect(due(facts)).toMatchObject([{ kind, trigger }]);
  });

  test('once for the same cause; again for a new one', () => {
    const after = (facts: Partial<DissolutionFacts>, more: Partial<DissolutionFacts>) =>
      due({ ...facts, ...more, past: due(facts) });
    expect(after({ criteriaMet: [met] }, {})).toEqual([]);
    expect(after({ criteriaMet: [met] }, { criteriaMet: [{ ...met, evidenceIds: ['E1', 'E2'] }] })).toHaveLength(1);
    const low = { floor: 0.4, forecasts: [0.3, 0.3] };
    expect(after(low, { forecasts: [0.3, 0.3, 0.3] })).toEqual([]);
    expect(after(low, { forecasts: [0.3, 0.3, 0.3, 0.3] })).toHaveLength(1);
    expect(after({ lossesAfterRecalibration: 2 }, { lossesAfterRecalibration: 3 })).toEqual([]);
    expect(after({ lossesAfterRecalibration: 2 }, { lossesAfterRecalibration: 4 })).toHaveLength(1);
  });

  test('whatever the facts, nothing is proposed that was proposed before', () => {
    const facts = fc.record({
      criteriaMet: fc.subarray([met, { ...met, id: 'K2' }, { ...met, evidenceIds: [] }]),
      floor: fc.option(fc.constantFrom(0.3, 0.6)),
      forecasts: fc.array(fc.constantFrom(0.1, 0.5, 0.9), { maxLength: 6 }),
      brokenAssumptions: fc.subarray(['A1', 'A2', 'A3', 'A4']),
      lossesAfterRecalibration: fc.nat(6),
      failedStage: fc.option(fc.record({ name: fc.constant('X'), recalibrations: fc.nat(2) })),
      isBudgetGone: fc.boolean(),
      injectionAlarm: fc.option(fc.constantFrom('alarm-1', 'alarm-2')),
    });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 8 }), (history) => {
        let past: DissolutionProposal[] = [];
        for (const now of history) {
          const fresh = dissolutionsDue({ ...now, past }, T);
          const known = new Set(past.map(({ trigger, basis }) => `${trigger} ${basis}`));
          for (const { trigger, basis } of fresh) expect(known.has(`${trigger} ${basis}`)).toBe(false);
          past = [...past, ...fresh];
          expect(dissolutionsDue({ ...now, past }, T)).toEqual([]);
        }
      }),
    );
  });
});
