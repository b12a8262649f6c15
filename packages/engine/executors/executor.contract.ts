import { describe, expect, test } from 'vitest';
import { gradientContract } from '../nn/gradients.contract.ts';
import { executorNamed } from './index.ts';
import type { ExecutorName } from './names.ts';
import { programContract, stepContract } from './program.contract.ts';
import { disagreement } from './testing/agreement.ts';
import { cases } from './testing/cases.ts';

/** What every executor does the same. */
export function executorContract(executor: ExecutorName, load: () => Promise<string | undefined>): void {
  describe(`the ${executor} executor`, async () => {
    const why = (await load()) ?? (await executorNamed(executor).unavailable());
    if (why !== undefined) {
      test.skip(`cannot run here: ${why}`, () => undefined);
      return;
    }
    describe('computes', () => {
      const faulty = executor === 'reference' ? cases.filter((one) => one.referenceFault) : [];
      for (const { name, referenceFault } of faulty) test.skip(`${name}: ${referenceFault}`, () => undefined);
      test.each(cases.filter((one) => !faulty.includes(one)))('$name', async (one) => {
        expect(await disagreement(executor, one)).toBeUndefined();
      });
    });
    programContract(executor);
    stepContract(executor);
    gradientContract(executor);
  });
}
