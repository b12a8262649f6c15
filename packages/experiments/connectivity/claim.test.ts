import { describe, expect, test } from 'vitest';
import type { Experiment, Parameter, RunResult, Size } from '../contract.ts';
import { readParameters, seedsOf } from '../parameters.ts';
import { compareRuns } from '../replay.ts';
import { localPool, runExperiment } from '../runner/index.ts';
import { experiment } from './experiment.ts';
import { testExecutor } from './node-testing.ts';

const executor = testExecutor();

function run(
  size: Size,
  given: Record<string, unknown>,
  seeds = 10,
  over: Experiment = experiment,
): Promise<RunResult> {
  const parameters = readParameters(over, size, given);
  const request = { experiment: over, size, parameters, seeds: seedsOf(seeds), executor };
  return runExperiment(
    { ...request, executorDescription: executor, threads: 1, sourcesHash: 'test' },
    { pool: localPool(over), signal: new AbortController().signal },
  );
}
const verdictOf = (result: RunResult, claim: string) => result.verdicts.find((verdict) => verdict.claim === claim);
/** The part of the recurrent networks is left out: only the linear one runs. */
const linearOnly: Experiment = { ...experiment, parts: () => ['linear'] };

describe('the linear network', { timeout: 120_000 }, () => {
  test('higher rank keeps more of the kernel, as much as the closed form says; the aligned start keeps all of it', async () => {
    const result = await run('live', {}, 10, linearOnly);
    for (const claim of ['C1a', 'C1b', 'C2a', 'C2b']) expect(verdictOf(result, claim)?.verdict).toBe('supported');
    expect(verdictOf(result, 'C1a')?.interval?.low).toBeGreaterThan(0.5);
    expect(Math.abs(verdictOf(result, 'C1b')?.interval?.mean ?? 1)).toBeLessThan(1e-3);
    expect(verdictOf(result, 'C3')?.verdict).toBe('not run');
  });

  test('from a large start the closed form does not hold, and the claim says so', async () => {
    const result = await run('live', { linearScale: 3 }, 10, linearOnly);
    expect(verdictOf(result, 'C1b')?.verdict).toBe('not supported');
  });

  test('without alignment the rank-one start does change its kernel', async () => {
    const result = await run('live', { alignment: 0 }, 10, linearOnly);
    expect(verdictOf(result, 'C2b')?.verdict).toBe('not supported');
  });
});

// A small and short training, enough to see that the parts work together; the claims themselves need N = 50 and more.
const SMALL = { units: 16, iterations: 60, batch: 8, probeTrials: 2 };
const recurrentOnly: Experiment = { ...experiment, parts: (v) => experiment.parts?.(v).slice(1) ?? [] };

describe('the recurrent networks', { timeout: 120_000 }, () => {
  test('the same seeds give the same measures to the last bit, and every seed has all of them', async () => {
    const once = await run('live', SMALL, 3, recurrentOnly);
    const again = await run('live', SMALL, 3, recurrentOnly);
    expect(compareRuns(once, again)).toEqual({ word: 'identical', where: [] });
    expect(again.hash).toBe(once.hash);
    for (const { measures } of once.outcomes)
      for (const name of ['tka', 'ra', 'dW', 'loss', 'tkaAtEqualLoss']) expect(measures[`rise.${name}`]).not.toBeNull();
    expect(verdictOf(once, 'C3')?.sentence).toContain('fewer than 10 seeds');
  });

  test("a seed's measures do not depend on which others were trained beside it", async () => {
    const three = await run('live', SMALL, 3, recurrentOnly);
    const one = await run('live', SMALL, 1, recurrentOnly);
    for (const [name, value] of Object.entries(one.outcomes[0].measures))
      if (value !== null) expect(three.outcomes[0].measures[name]).toBeCloseTo(value, 4); // float32, other orders of summing
  });

  test('without learning nothing moves: all alignments are 1', async () => {
    const { outcomes } = await run('live', { ...SMALL, learningRate: 0 }, 2, recurrentOnly);
    for (const { measures } of outcomes)
      for (const rank of [1, 16]) {
        expect(measures[`rank/2AF/${rank}.dW`]).toBe(0);
        for (const name of ['tka', 'tkaAll', 'ra', 'sign'])
          expect(measures[`rank/2AF/${rank}.${name}`]).toBeCloseTo(1, 6);
      }
  });

  test('all ranks of a seed start at the norm that is held equal', async () => {
    for (const [match, fact] of [
      ['fro', 'fro'],
      ['s1', 's1'],
    ]) {
      const { outcomes } = await run('live', { ...SMALL, iterations: 20, match, ranks: '1,4,16' }, 1, recurrentOnly);
      const norms = [1, 4, 16].map((rank) => outcomes[0].measures[`rank/2AF/${rank}.${fact}`] as number);
      for (const norm of norms) expect(norm / norms[2]).toBeCloseTo(1, 5);
    }
  });

  test('a training that diverges ends that seed with its reason and counts as failed', async () => {
    const { outcomes, verdicts } = await run('live', { ...SMALL, learningRate: 0.1, gain: 2 }, 10, recurrentOnly);
    const failures = outcomes.flatMap((outcome) => outcome.failures);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatch(/^rank\/2AF\/\d+: diverged/);
    const c3 = verdicts.find((verdict) => verdict.claim === 'C3');
    expect((c3?.seeds ?? 0) + (c3?.failedSeeds ?? 0)).toBe(10);
    expect(c3?.failedSeeds).toBeGreaterThan(0);
  });

  test('structures, their nulls and the aligned start each leave their values', async () => {
    const parts = ['structure/blocks', 'structure/blocks-null', 'structure/dale', 'structure/chains', 'aligned'];
    const structured: Experiment = { ...experiment, parts: () => parts };
    const result = await run('full', { ...SMALL, iterations: 20 }, 2, structured);
    const { measures, failures } = result.outcomes[0];
    expect(failures).toEqual([]);
    expect(measures['blocks.tka']).not.toBeNull();
    expect(measures['along.tka']).not.toBeNull();
    expect(result.reports.map((report) => report.series)).toContain('2AF, blocks');
  });

  test('a run with one rank has nothing to compare and says so', async () => {
    const { verdicts } = await run('live', { ...SMALL, iterations: 20, ranks: 4 }, 2, recurrentOnly);
    for (const claim of ['C3', 'C4', 'C5', 'C8'])
      expect(verdicts.find((verdict) => verdict.claim === claim)?.verdict).toBe('not run');
  });
});

describe('the definition', () => {
  test('every claim has a size that tests it and a measure in the words of a reader', () => {
    const sizes = Object.keys(experiment.sizes);
    for (const claim of experiment.claims) {
      expect(claim.sizes.length).toBeGreaterThan(0);
      for (const size of claim.sizes) expect(sizes).toContain(size);
      expect(claim.measureLabel).not.toBe('');
    }
  });

  test('every parameter refuses what is just outside its range', () => {
    const outside = (parameter: Parameter) => ('max' in parameter ? parameter.max + 1 : 'no such option');
    for (const parameter of experiment.parameters)
      expect(() => readParameters(experiment, 'live', { [parameter.key]: outside(parameter) })).toThrow(parameter.key);
  });

  test('the ends of the ranks are trained first, every part once', () => {
    const parts = experiment.parts?.(readParameters(experiment, 'paper')) ?? [];
    expect(parts.slice(0, 3)).toEqual(['linear', 'rank/2AF/1', 'rank/2AF/300']);
    expect(new Set(parts).size).toBe(parts.length);
    expect(parts).toHaveLength(1 + 3 * 4);
  });
});
