import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readParameters } from '../parameters.ts';
import { localPool, runExperiment } from '../runner/index.ts';
import { ARMS, armOf, FULL } from './bench/arms.ts';
import { type Batch, isDetected, playBatch, type ScoredSession, share } from './bench/plans.ts';
import { experiment } from './experiment.ts';
import { CONTROLS, FAULTS, type FaultName } from './model/faults.ts';
import { VARIANTS, VIGNETTES, worldOf } from './vignettes/index.ts';
import { regretOf, truthOf } from './vignettes/truth.ts';

const base: Batch = { seed: 3, count: 40, turns: 10, arm: FULL, fault: null };
const faulty = (name: FaultName, arm = FULL): Batch => ({ ...base, arm, fault: { name, intensity: 0.6 } });

describe('worlds', () => {
  test.for(VIGNETTES)('the best option of %s is another when its hidden fact is turned', (vignette) => {
    const best = (variant: number) => {
      const truth = truthOf(vignette, variant);
      return Object.keys(truth.values).find((id) => regretOf(truth, id) === 0);
    };
    expect(best(0)).not.toBe(best(2));
  });

  test('half of the variants have the hidden fact, in both wordings; wordings share no document', () => {
    for (const vignette of VIGNETTES) {
      for (const wording of [0, 1]) {
        const variants = Array.from({ length: VARIANTS / 2 }, (_, i) => i * 2 + wording);
        expect(share(variants, (variant) => truthOf(vignette, variant).hidden)).toBe(0.5);
      }
      const texts = (variant: number) =>
        worldOf(vignette, variant).evidence.map(({ text }) => text.replace(/\d+/gu, ''));
      expect(texts(0).filter((text) => texts(1).includes(text))).toEqual([]);
    }
  });

  test('nothing that plays reads the hidden truth', () => {
    const folder = import.meta.dirname;
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const readers = files.filter((name) => /from '[^']*\/truth\.ts'/u.test(readFileSync(join(folder, name), 'utf8')));
    expect(readers).toEqual([join('bench', 'plans.ts')]);
  });

  test('the simulated model knows nothing of the detectors', () => {
    const folder = join(import.meta.dirname, 'model');
    for (const name of readdirSync(folder)) {
      const imported = readFileSync(join(folder, name), 'utf8').matchAll(
        /^import (type )?\{([^}]*)\} from '@broadsheet\/methods\/five-layer'/gmu,
      );
      for (const [, isType] of imported) expect(isType, name).toBe('type ');
    }
  });
});

async function played(batch: Batch): Promise<ScoredSession[]> {
  const sessions: ScoredSession[] = [];
  for await (const session of playBatch(batch)) sessions.push(session);
  return sessions;
}

describe('sessions', () => {
  test('the same batch is played the same way twice', async () => {
    const small = { ...faulty('sycophant'), count: 6 };
    expect(await played(small)).toEqual(await played(small));
  });

  test('healthy models and controls are rarely stopped', async () => {
    const stopped = async (batch: Batch) => (await played(batch)).filter(({ redBy }) => redBy.length > 0).length;
    expect(await stopped({ ...base, count: 120 })).toBeLessThanOrEqual(9);
    for (const control of CONTROLS) expect(await stopped({ ...base, control }), control).toBeLessThanOrEqual(5);
  });

  test.for(FAULTS.filter((fault) => fault !== 'contrarian'))(
    'a model that is a %s is noticed in most sessions, by five layers and not by none',
    async (fault) => {
      expect(share(await played(faulty(fault)), (session) => isDetected(session))).toBeGreaterThan(0.7);
      const unwatched = await played({ ...faulty(fault, armOf('B0')), count: 5 });
      expect(unwatched.filter(({ redAt }) => redAt !== null)).toEqual([]);
    },
  );

  test('the layer that watches a fault is what notices it', async () => {
    const noticed = async (fault: FaultName, arm: string) =>
      share(await played(faulty(fault, armOf(arm))), (session) => isDetected(session));
    expect(await noticed('sycophant', 'F−L3')).toBeLessThan(0.3);
    expect(await noticed('exhausted', 'F−L4')).toBeLessThan(0.3);
  });

  test('an unknown arm is refused with the arms that there are', () => {
    expect(() => armOf('B9')).toThrow(/B9.*B0/u);
    expect(new Set(ARMS.map(({ id }) => id)).size).toBe(ARMS.length);
  });
});

test('a run gives every claim of its size a verdict, and stops when it is told to', async () => {
  const parameters = readParameters(experiment, 'live', { sessions: 1, turns: 6 });
  const stop = new AbortController();
  const request = {
    experiment,
    size: 'live',
    parameters,
    seeds: [0, 1],
    executor: 'reference',
    executorDescription: 'no executor',
    threads: 1,
    sourcesHash: 'test',
  } as const;
  const result = await runExperiment(request, { pool: localPool(experiment), signal: stop.signal });
  const judged = result.verdicts.filter(({ verdict }) => verdict !== 'not run').map(({ claim }) => claim);
  expect(judged).toEqual(experiment.claims.filter(({ sizes }) => sizes.includes('live')).map(({ id }) => id));
  expect(result.verdicts.filter(({ verdict }) => verdict === 'supported')).toEqual([]); // two seeds support nothing
  stop.abort(new Error('stopped'));
  await expect(runExperiment(request, { pool: localPool(experiment), signal: stop.signal })).rejects.toThrow('stopped');
});
