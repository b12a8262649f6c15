import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { testExecutor } from '../connectivity/node-testing.ts';
import type { Experiment, Parameter, RunResult } from '../contract.ts';
import { readParameters, seedsOf } from '../parameters.ts';
import { compareRuns } from '../replay.ts';
import { localPool, runExperiment } from '../runner/index.ts';
import { ARMS, armNames } from './arms.ts';
import { experiment } from './experiment.ts';

const executor = testExecutor();
const SMALL = { initialClasses: 8, stages: 2, newPerStage: 3, epochs: 10, perNew: 50, perTest: 20, families: 4 };

function run(given: Record<string, unknown>, seeds: number, arms: readonly string[]): Promise<RunResult> {
  const over: Experiment = { ...experiment, parts: () => arms };
  const parameters = readParameters(over, 'live', given);
  const request = { experiment: over, size: 'live' as const, parameters, seeds: seedsOf(seeds), executor };
  return runExperiment(
    { ...request, executorDescription: executor, threads: 1, sourcesHash: 'test' },
    { pool: localPool(over, { data: vectorsOfPapers }), signal: new AbortController().signal },
  );
}
const vectorsOfPapers = async () =>
  new Uint8Array(await readFile(new URL('../../datasets/paper-categories/vectors.safetensors', import.meta.url)));
const meanOf = ({ outcomes }: RunResult, measure: string) =>
  outcomes.reduce((sum, { measures }) => sum + (measures[measure] ?? Number.NaN), 0) / outcomes.length;

describe('Happy against its baselines', { timeout: 240_000 }, () => {
  test('finds new classes where SimGCD lets the old ones swallow them, and is better over all', async () => {
    const result = await run(SMALL, 10, ['g', 'simgcd', 'a', 'b']);
    expect(meanOf(result, 'g.fresh')).toBeGreaterThan(meanOf(result, 'simgcd.fresh') + 10);
    expect(meanOf(result, 'g.all')).toBeGreaterThan(meanOf(result, 'simgcd.all'));
    const verdictOf = (id: string) => result.verdicts.find(({ claim }) => claim === id)?.verdict;
    expect(verdictOf('C3')).toBe('supported');
    expect(verdictOf('C2')).toBe('supported');
    expect(verdictOf('C4')).toBe('not run');
    for (const { measures, failures } of result.outcomes) {
      expect(failures).toEqual([]);
      expect(measures['g.all.0']).toBeGreaterThan(85); // what follows means nothing where stage 0 was not learnt
    }
    expect(result.reports.map(({ series }) => series)).toContain('Happy, stage 2');
    const shades = result.points.filter(({ figure }) => figure === 'confusion-simgcd');
    expect(shades.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]);
    for (const row of [0, 1])
      expect(shades.filter(({ y }) => y === row).reduce((sum, { series }) => sum + Number(series), 0)).toBeCloseTo(
        1,
        2,
      );
  });

  test('the same seeds give the same measures to the last bit, whatever ran before', async () => {
    const little = { ...SMALL, epochs: 2, stages: 1 };
    const once = await run(little, 2, ['g', 'kmeans', 'init']);
    const again = await run(little, 2, ['init', 'g', 'kmeans']);
    expect(compareRuns(once, { ...again, parameters: once.parameters })).toEqual({ word: 'identical', where: [] });
  });

  test("a seed's measures do not depend on which others were trained beside it", async () => {
    const little = { ...SMALL, epochs: 2, stages: 1 };
    const [both, alone] = [await run(little, 2, ['g']), await run(little, 1, ['g'])];
    for (const name of ['all', 'old', 'fresh'])
      expect(both.outcomes[0].measures[`g.${name}`]).toBeCloseTo(
        alone.outcomes[0].measures[`g.${name}`] ?? Number.NaN,
        6,
      );
  });

  test('every method goes through all stages and leaves its shares; counts that are estimated stay within bounds', async () => {
    const result = await run({ ...SMALL, epochs: 1, perNew: 24, restarts: 1, arms: 'all' }, 1, armNames('all'));
    const [{ measures, failures }] = result.outcomes;
    expect(failures).toEqual([]);
    for (const { name } of ARMS)
      for (const share of ['all', 'old', 'fresh', 'forgetting', 'discovery'])
        expect(measures[`${name}.${share}`], `${name}.${share}`).toEqual(expect.any(Number));
    const averages = result.rows.filter(({ table }) => table === 'averages');
    expect(averages.map(({ cells }) => cells.method)).toEqual(ARMS.map(({ label }) => label));
  });

  test('pictures of signs go the same way, through an encoder that never saw their classes', async () => {
    const signs = { ...SMALL, data: 'signs', encoderSteps: 2, epochs: 1, stages: 1, perNew: 12, batch: 16, perTest: 5 };
    const { outcomes } = await run(signs, 1, ['g', 'kmeans']);
    expect(outcomes[0].failures).toEqual([]);
    expect(outcomes[0].measures['kmeans.all']).toBeGreaterThan(100 / 11); // above chance
  });
});

describe('papers by category', { timeout: 120_000 }, () => {
  const papers = { ...SMALL, data: 'papers', epochs: 5, stages: 1, perNew: 40, perTest: 10 };

  test('go the same way: with labels most are told apart, and Happy finds the new ones better than chance', async () => {
    const { outcomes } = await run(papers, 2, ['g', 'kmeans']);
    for (const { failures, measures } of outcomes) {
      expect(failures).toEqual([]);
      expect(measures['g.all.0']).toBeGreaterThan(40); // chance is 12.5
      expect(measures['g.fresh']).toBeGreaterThan(100 / 11);
    }
  });

  test('more classes than there are categories are refused with how many there are', async () => {
    await expect(run({ ...papers, initialClasses: 30, stages: 2 }, 1, ['g'])).rejects.toThrow(
      '30 initial classes and 2 × 3 new ones are 36; there are papers of 32 categories',
    );
  });
});

describe('the definition', () => {
  test('every claim has a size that tests it, and every measure it names is one', () => {
    const names = Object.keys(experiment.measures(readParameters(experiment, 'full'), new Map()));
    for (const claim of experiment.claims) {
      expect(names).toContain(claim.measure);
      for (const size of claim.sizes) expect(Object.keys(experiment.sizes)).toContain(size);
    }
  });

  test('every parameter refuses what is just outside its range', () => {
    const outside = (parameter: Parameter) => ('max' in parameter ? parameter.max + 1 : 'no such option');
    for (const parameter of experiment.parameters)
      expect(() => readParameters(experiment, 'live', { [parameter.key]: outside(parameter) })).toThrow(parameter.key);
  });

  test('Happy and the baseline it is measured against run first', () => {
    expect(experiment.parts?.(readParameters(experiment, 'live'))?.slice(0, 2)).toEqual(['g', 'simgcd']);
  });
});
