import { describe, expect, test } from 'vitest';
import type { Experiment, PartOutcome, Point } from '../contract.ts';
import { readParameters, seedsOf } from '../parameters.ts';
import { compareRuns } from '../replay.ts';
import { isIntact, isStale } from '../result.ts';
import {
  localPool,
  type RunHooks,
  type RunnerEvent,
  type RunRequest,
  runExperiment,
  runUnit,
  type UnitResult,
  type UnitStore,
  WorkerLostError,
  type WorkerPool,
} from './index.ts';

/** An experiment that trains nothing: its values are known, so that what the runner does with them can be seen. */
function trial(options: { points?: number; onRun?: (part: string, seeds: readonly number[]) => Promise<void> } = {}) {
  const experiment: Experiment = {
    id: 'trial',
    paper: { arXivId: '0000.00000', title: 'A trial' },
    question: 'Does the runner keep its word?',
    parameters: [
      { key: 'slope', label: 'Slope', help: '', isControl: true, kind: 'real', min: -9, max: 9, defaults: { live: 1 } },
    ],
    sizes: { live: { label: 'small', seeds: 12, seedsTogether: 5 } },
    claims: [
      {
        id: 'C1',
        statement: 'It rises.',
        paper: { says: 'It rises.', where: '' },
        measure: 'rise',
        measureLabel: 'the rise',
        comparison: 'above',
        threshold: 0,
        sizes: ['live'],
      },
    ],
    figures: [],
    tables: [],
    parts: () => ['low', 'high'],
    async run(context, { slope }, seeds, part) {
      await options.onRun?.(part, seeds);
      context.signal.throwIfAborted();
      for (let x = 0; x < (options.points ?? 3); x++)
        for (const seed of seeds) context.emit({ type: 'point', figure: 'f', series: part, seed, x, y: seed });
      context.emit({ type: 'progress', done: 1, total: 2, label: part });
      return seeds.map(
        (seed): PartOutcome => ({
          seed,
          values: { y: part === 'high' ? Number(slope) + seed / 100 : 0, bad: Number.NaN },
          ...(seed === 3 && part === 'high' ? { failure: 'diverged at iteration 7' } : {}),
        }),
      );
    },
    measures: (_, values) => {
      const [low, high] = [values.get('low')?.y ?? null, values.get('high')?.y ?? null];
      return { rise: low === null || high === null ? null : high - low, bad: values.get('low')?.bad ?? null };
    },
    summary: (_, outcomes) => ({
      points: [],
      rows: [{ table: 't', cells: { seeds: outcomes.length } }],
      headline: `over ${outcomes.length} seeds`,
    }),
  };
  return experiment;
}

const requestOf = (experiment: Experiment, given = {}): RunRequest => ({
  experiment,
  size: 'live',
  parameters: readParameters(experiment, 'live', given),
  seeds: seedsOf(12),
  executor: 'native',
  executorDescription: 'none',
  threads: 1,
  sourcesHash: 'abc',
});
const hooksOf = (experiment: Experiment, more: Partial<RunHooks> = {}): RunHooks => ({
  pool: localPool(experiment),
  signal: new AbortController().signal,
  ...more,
});

function memoryStore() {
  const kept = new Map<string, UnitResult>();
  const store: UnitStore = {
    load: async (key) => kept.get(key),
    save: async (key, _, result) => void kept.set(key, structuredClone(result)),
  };
  return { store, kept };
}

/** Workers that finish in another order than they were started. */
function unevenPool(experiment: Experiment, size: number): WorkerPool {
  let started = 0;
  return {
    size,
    async run(unit, onEvent, signal) {
      const turns = started++ % 2 === 0 ? 20 : 1;
      for (let i = 0; i < turns; i++) await Promise.resolve();
      return runUnit(experiment, unit, { data: () => Promise.reject() }, onEvent, signal);
    },
  };
}

describe('a run', () => {
  test('gives every claim its verdict, counts what failed and keeps what was drawn', async () => {
    const experiment = trial();
    const result = await runExperiment(requestOf(experiment), hooksOf(experiment));
    expect(result.verdicts[0]).toMatchObject({ verdict: 'supported', seeds: 12 });
    expect(result.outcomes.find((outcome) => outcome.seed === 3)?.failures).toEqual(['high: diverged at iteration 7']);
    expect(result.outcomes[0].measures.bad).toBeNull(); // NaN is "not measured"
    expect(result.points).toHaveLength(2 * 12 * 3);
    expect(result.rows).toEqual([{ table: 't', cells: { seeds: 12 } }]);
    expect(isIntact(result)).toBe(true);
    expect(isIntact({ ...result, seeds: [1] })).toBe(false);
    expect(isStale(result, 'abc')).toBe(false);
  });

  test('is the same whatever the order in which workers finish', async () => {
    const experiment = trial();
    const one = await runExperiment(requestOf(experiment), hooksOf(experiment, { now: () => 0 }));
    const many = await runExperiment(
      requestOf(experiment),
      hooksOf(experiment, { now: () => 0, pool: unevenPool(experiment, 4) }),
    );
    expect(many).toEqual(one);
    expect(compareRuns(one, many)).toEqual({ word: 'identical', where: [] });
  });

  test('tells its progress, the time left and verdicts as soon as there are measures', async () => {
    const experiment = trial();
    const events: RunnerEvent[] = [];
    let clock = 0;
    await runExperiment(
      requestOf(experiment),
      hooksOf(experiment, { onEvent: (event) => events.push(event), now: () => (clock += 100) }),
    );
    const fractions = events.filter((event) => event.type === 'progress').map((event) => event.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    const words = events.filter((event) => event.type === 'verdicts').map((event) => event.verdicts[0].verdict);
    expect(words[0]).toBe('not run'); // only part 'low' is there
    expect(words.at(-1)).toBe('supported');
    expect(events.findIndex((e) => e.type === 'point')).toBeLessThan(events.findIndex((e) => e.type === 'verdicts'));
  });

  test('goes on from stored units and comes to the same result', async () => {
    const { store, kept } = memoryStore();
    let runs = 0;
    const experiment = trial({
      onRun: async () => {
        if (++runs === 4) throw new Error('the machine lost power');
      },
    });
    await expect(runExperiment(requestOf(experiment), hooksOf(experiment, { store }))).rejects.toThrow(/lost power/);
    expect(kept.size).toBe(3);
    const resumed = await runExperiment(requestOf(experiment), hooksOf(experiment, { store, now: () => 0 }));
    expect(runs).toBe(4 + 3);
    const fresh = await runExperiment(requestOf(experiment), hooksOf(experiment, { now: () => 0 }));
    expect(resumed.hash).toBe(fresh.hash);
    expect(resumed.points).toEqual(fresh.points);
  });

  test('takes no stored unit of other sources or parameters', async () => {
    const { store, kept } = memoryStore();
    const experiment = trial();
    await runExperiment(requestOf(experiment), hooksOf(experiment, { store }));
    await runExperiment({ ...requestOf(experiment), sourcesHash: 'changed' }, hooksOf(experiment, { store }));
    await runExperiment(requestOf(experiment, { slope: 2 }), hooksOf(experiment, { store }));
    expect(kept.size).toBe(3 * 6);
  });

  test('stops at once, even where a worker does not listen', async () => {
    const abort = new AbortController();
    const experiment = trial({ onRun: () => new Promise(() => {}) }); // never ends
    const run = runExperiment(requestOf(experiment), hooksOf(experiment, { signal: abort.signal }));
    abort.abort(new Error('stopped by the reader'));
    await expect(run).rejects.toThrow('stopped by the reader');
  });

  test('gives the unit of a lost worker to another one, and gives up after three', async () => {
    const experiment = trial();
    const losing = (losses: number): WorkerPool => ({
      size: 1,
      run: (unit, onEvent, signal) =>
        losses-- > 0
          ? Promise.reject(new WorkerLostError('worker 2 ended with code 137'))
          : localPool(experiment).run(unit, onEvent, signal),
    });
    const result = await runExperiment(requestOf(experiment), hooksOf(experiment, { pool: losing(2) }));
    expect(result.verdicts[0].seeds).toBe(12);
    await expect(runExperiment(requestOf(experiment), hooksOf(experiment, { pool: losing(3) }))).rejects.toThrow(/137/);
  });

  test('keeps a bounded number of points of a long curve, its ends among them', async () => {
    const experiment = trial({ points: 10_000 });
    const shown: Point[] = [];
    const result = await runExperiment(
      requestOf(experiment),
      hooksOf(experiment, { onEvent: (event) => event.type === 'point' && shown.push(event) }),
    );
    const curve = result.points.filter((point) => point.series === 'low' && point.seed === 2);
    expect(curve.length).toBeLessThanOrEqual(401);
    expect([curve[0].x, curve.at(-1)?.x]).toEqual([0, 9999]);
    expect(shown.length).toBeLessThan(24 * 2500);
  });

  test('refuses a size that the experiment does not have', async () => {
    const experiment = trial();
    await expect(runExperiment({ ...requestOf(experiment), size: 'paper' }, hooksOf(experiment))).rejects.toThrow(
      /no size "paper"; it has live/,
    );
  });
});

describe('a replay', () => {
  test('of other measures with the same verdicts says so and where; a changed verdict is different', async () => {
    const experiment = trial();
    const record = await runExperiment(requestOf(experiment), hooksOf(experiment));
    const nudged = structuredClone(record) as typeof record & { outcomes: { measures: Record<string, number> }[] };
    nudged.outcomes[4].measures.rise += 1e-7;
    const same = compareRuns(record, { ...nudged, executor: 'wasm' });
    expect(same.word).toBe('same verdicts');
    expect(same.where.join()).toMatch(/executor: native, now wasm.*seed 5, rise/s);
    const other = compareRuns(record, { ...nudged, verdicts: [{ ...record.verdicts[0], verdict: 'inconclusive' }] });
    expect(other.word).toBe('different');
    expect(other.where[0]).toContain('claim C1: supported in the record, inconclusive now');
  });

  test('of another question is different, and says which', async () => {
    const experiment = trial();
    const [a, b] = await Promise.all(
      [{}, { slope: 2 }].map((given) => runExperiment(requestOf(experiment, given), hooksOf(experiment))),
    );
    expect(compareRuns(a, b).where[0]).toBe('parameters: {"slope":1} in the record, {"slope":2} now');
  });
});
