import type { RunResult } from './contract.ts';
import { sha256 } from './sha256.ts';

/** JSON with the keys of every object in order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`canonicalJson: ${value} is no JSON; use null for "not measured".`);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

type Hashed = Pick<RunResult, 'experiment' | 'size' | 'parameters' | 'seeds' | 'outcomes' | 'executor' | 'sourcesHash'>;

/**
 * What a result is, as one number: what was run, by which code, and what came out. Time, machine and drawn points are
 * left out, so that the same run elsewhere has the same hash.
 */
export function hashOf(result: Hashed): string {
  const { experiment, size, parameters, seeds, outcomes, executor, sourcesHash } = result;
  return sha256(canonicalJson({ experiment, size, parameters, seeds, outcomes, executor, sourcesHash }));
}

/** Whether a result still is what its hash says. */
export function isIntact(result: RunResult): boolean {
  return result.hash === hashOf(result);
}

/** Whether the code that made a result has changed since. */
export function isStale(result: RunResult, sourcesHash: string): boolean {
  return result.sourcesHash !== sourcesHash;
}
