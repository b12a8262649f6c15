import { describe, expect, test } from 'vitest';
import { rows } from '../happy/index.ts';
import { matchRerun } from './index.ts';

describe('ids', () => {
  test('a stage that is run again finds its classes in whatever order, and calls only what is far from all new', () => {
    const born = rows(2, 2, [1, 0, 0, 1]);
    expect(matchRerun(rows(2, 2, [0.1, 0.995, 0.995, 0.1]), born)).toEqual([1, 0]);
    expect(matchRerun(rows(3, 2, [0.995, 0.1, -1, 0, 0, 1]), born)).toEqual([0, null, 1]);
    expect(matchRerun(rows(0, 2), born)).toEqual([]);
  });
});
