import { describe, expect, test } from 'vitest';
import type { ExecutorName } from '../executors/names.ts';
import { gradientCases } from './testing/gradient-cases.ts';
import { gradientFault } from './testing/gradient-check.ts';

/** The gradient of every layer and loss, as an executor computes it, against finite differences. */
export function gradientContract(executor: ExecutorName): void {
  describe('differentiates', () => {
    test.each(gradientCases)('$name', async (one) => {
      expect(await gradientFault(executor, one)).toBeUndefined();
    });
  });
}
