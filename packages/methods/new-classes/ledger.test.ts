import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rows } from '../happy/index.ts';
import {
  currentId,
  DORMANT_AFTER,
  EMPTY_LEDGER,
  isDormant,
  type Ledger,
  matchRerun,
  withBirths,
  withMerge,
  withSeen,
} from './index.ts';

describe('the ledger of ids', () => {
  test('whatever is born, merged or seen, an id keeps its place and leads to one that is not merged', () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant('birth' as const), count: fc.nat(3) }),
      fc.record({ kind: fc.constant('merge' as const), id: fc.nat(9), into: fc.nat(9) }),
      fc.record({ kind: fc.constant('seen' as const), id: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        let ledger: Ledger = EMPTY_LEDGER;
        changes.forEach((next, stage) => {
          const before = ledger;
          try {
            if (next.kind === 'birth') ledger = withBirths(ledger, stage, next.count);
            else if (next.kind === 'merge') ledger = withMerge(ledger, next.id, next.into);
            else ledger = withSeen(ledger, stage, [next.id]);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
            expect(ledger).toBe(before);
          }
          expect(ledger.entries.length).toBeGreaterThanOrEqual(before.entries.length);
          before.entries.forEach(({ id, bornInStage }) => {
            expect(ledger.entries[id]).toMatchObject({ id, bornInStage });
            expect(ledger.entries[currentId(ledger, id)].mergedInto).toBeNull();
          });
        });
      }),
    );
  });

  test('what was merged is found under the other, also after that one was merged in turn', () => {
    const ledger = withMerge(withMerge(withBirths(EMPTY_LEDGER, 0, 3), 0, 1), 1, 2);
    expect([0, 1, 2].map((id) => currentId(ledger, id))).toEqual([2, 2, 2]);
    expect(() => withMerge(ledger, 2, 0)).toThrow(/leads to 2 itself/);
    expect(() => withMerge(ledger, 0, 2)).toThrow(/was merged into 1/);
    expect(withSeen(ledger, 5, [0]).entries[2].lastSeenInStage).toBe(5);
  });

  test('a class that nobody belongs to for eight stages is dormant until it is seen again', () => {
    const ledger = withBirths(EMPTY_LEDGER, 0, 1);
    expect(isDormant(ledger.entries[0], DORMANT_AFTER - 1)).toBe(false);
    expect(isDormant(ledger.entries[0], DORMANT_AFTER)).toBe(true);
    expect(isDormant(withSeen(ledger, DORMANT_AFTER, [0]).entries[0], DORMANT_AFTER)).toBe(false);
  });

  test('a stage that is run again finds its classes in whatever order, and calls only what is far from all new', () => {
    const born = rows(2, 2, [1, 0, 0, 1]);
    expect(matchRerun(rows(2, 2, [0.1, 0.995, 0.995, 0.1]), born)).toEqual([1, 0]);
    expect(matchRerun(rows(3, 2, [0.995, 0.1, -1, 0, 0, 1]), born)).toEqual([0, null, 1]);
    expect(matchRerun(rows(0, 2), born)).toEqual([]);
  });
});
