/** Wald's sequential probability ratio test of a rate q₀ against q₁ > q₀ (Wald 1945). */
export interface Sprt {
  readonly q0: number;
  readonly q1: number;
  readonly alpha: number;
  readonly beta: number;
  /** Observations after which it ends without a verdict. */
  readonly cap: number;
}
export type SprtVerdict = 'alarm' | 'clear' | 'undecided' | 'open';

export interface SprtState {
  readonly logRatio: number;
  readonly observed: number;
  readonly verdict: SprtVerdict;
}

/** ln of the likelihood ratio that one observation adds. */
export function sprtStep({ q0, q1 }: Sprt, hit: boolean): number {
  return hit ? Math.log(q1 / q0) : Math.log((1 - q1) / (1 - q0));
}

/** Wald's bounds: alarm at ln((1 − β)/α), clear at ln(β/(1 − α)). */
export function sprtBounds({ alpha, beta }: Sprt): { alarm: number; clear: number } {
  return { alarm: Math.log((1 - beta) / alpha), clear: Math.log(beta / (1 - alpha)) };
}

/** Runs the test over the observations in their order; it ends at the first bound, later ones are not looked at. */
export function runSprt(test: Sprt, hits: readonly boolean[]): SprtState {
  const bounds = sprtBounds(test);
  let logRatio = 0;
  for (const [index, hit] of hits.entries()) {
    logRatio += sprtStep(test, hit);
    const observed = index + 1;
    if (logRatio >= bounds.alarm) return { logRatio, observed, verdict: 'alarm' };
    if (logRatio <= bounds.clear) return { logRatio, observed, verdict: 'clear' };
    if (observed >= test.cap) return { logRatio, observed, verdict: 'undecided' };
  }
  return { logRatio, observed: hits.length, verdict: 'open' };
}
