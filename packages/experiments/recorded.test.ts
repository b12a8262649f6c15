import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { judge } from './claims.ts';
import { isRecord } from './confirmation.ts';
import type { RunResult } from './contract.ts';
import { listExperiments, loadExperiment } from './registry.ts';
import { isIntact } from './result.ts';

const recorded = listExperiments().flatMap(({ id }) => {
  const folder = fileURLToPath(new URL(`./${id}/recorded/`, import.meta.url));
  const names = existsSync(folder) ? readdirSync(folder).filter(isRecord) : [];
  return names.map((name) => {
    const bytes = readFileSync(`${folder}/${name}`);
    const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
    return { id, name, result: JSON.parse(text) as RunResult };
  });
});

describe.skipIf(recorded.length === 0)('recorded runs', () => {
  test.each(recorded)('$id/$name is what its hash says, of at least ten seeds', ({ id, result }) => {
    expect(result.experiment).toBe(id);
    expect(isIntact(result)).toBe(true);
    expect(result.seeds.length).toBeGreaterThanOrEqual(10);
  });

  test.each(recorded)(
    '$id/$name: its verdicts follow from its measures, by the claims of today',
    async ({ id, result }) => {
      const experiment = await loadExperiment(id);
      for (const claim of experiment?.claims ?? []) {
        const { verdict, interval } = judge(claim, result.size, result.outcomes);
        const stored = result.verdicts.find((candidate) => candidate.claim === claim.id);
        expect({ claim: claim.id, verdict: stored?.verdict }).toEqual({ claim: claim.id, verdict });
        if (interval) expect(stored?.interval?.mean).toBeCloseTo(interval.mean, 9);
      }
    },
  );
});
