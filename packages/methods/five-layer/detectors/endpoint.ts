import { type Check, skipped } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';
import { cusum } from './cusum.ts';

/** One look at the endpoint: how many of its fixed probes were answered by another choice than at the start. */
export interface ProbeLook {
  readonly mismatches: number;
  readonly asked: number;
}

/** What a look adds to the sum: the log-likelihood ratio of mismatch rate p₁ against p₀. */
export function endpointIncrement({ mismatches, asked }: ProbeLook, p0: number, p1: number): number {
  return mismatches * Math.log(p1 / p0) + (asked - mismatches) * Math.log((1 - p1) / (1 - p0));
}

/**
 * D6: has the model behind the endpoint changed? Bernoulli CUSUM over the looks.
 * @param noise mismatch rate of this endpoint when nothing changed, measured at the start; used where it is above p₀
 * @param newFingerprint a model name or system fingerprint not seen before: amber at most, since servers rotate them
 */
export function checkEndpoint(
  looks: readonly ProbeLook[],
  { endpoint: t }: Thresholds,
  { noise = 0, newFingerprint = false } = {},
): Check {
  if (looks.length === 0) return skipped(4, 'endpoint', 'The fixed probes have not been asked again yet.');
  const p0 = Math.max(t.p0, noise);
  if (p0 >= t.p1)
    return skipped(
      4,
      'endpoint',
      `This endpoint answers ${Math.round(p0 * 100)} % of its probes differently by itself; a change would not show.`,
    );
  const sum = cusum(looks.map((look) => endpointIncrement(look, p0, t.p1)));
  const result = sum >= t.red ? 'red' : sum >= t.amber || newFingerprint ? 'amber' : 'pass';
  const mismatches = looks.reduce((total, look) => total + look.mismatches, 0);
  const asked = looks.reduce((total, look) => total + look.asked, 0);
  return {
    layer: 4,
    detector: 'endpoint',
    result,
    statistic: sum,
    threshold: t.red,
    n: asked,
    detail: `${mismatches} of ${asked} fixed probes were answered differently than at the start.${newFingerprint ? ' The server names another model.' : ''}`,
  };
}
