/** A probability that was given, and what came. */
export interface ResolvedForecast {
  readonly p: number;
  readonly outcome: 0 | 1;
}

/** Mean squared error of probabilities (Brier 1950): 0 is perfect, always saying 0.5 is 0.25. */
export function brier(forecasts: readonly ResolvedForecast[]): number {
  return mean(forecasts.map(({ p, outcome }) => (p - outcome) ** 2));
}

/** Mean −ln of the probability given to what came; p is held off 0 and 1 by 1e-6. */
export function logScore(forecasts: readonly ResolvedForecast[]): number {
  const held = (p: number) => Math.min(1 - 1e-6, Math.max(1e-6, p));
  return mean(forecasts.map(({ p, outcome }) => -Math.log(outcome === 1 ? held(p) : 1 - held(p))));
}

export interface MurphySplit {
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
}

/** Brier = reliability − resolution + uncertainty, exact when binned by distinct p (Murphy 1973). */
export function murphySplit(forecasts: readonly ResolvedForecast[]): MurphySplit {
  const bins = Map.groupBy(forecasts, ({ p }) => p);
  const base = mean(forecasts.map(({ outcome }) => outcome));
  let reliability = 0;
  let resolution = 0;
  for (const [p, bin] of bins) {
    const rate = mean(bin.map(({ outcome }) => outcome));
    reliability += (bin.length / forecasts.length) * (p - rate) ** 2;
    resolution += (bin.length / forecasts.length) * (rate - base) ** 2;
  }
  return { reliability, resolution, uncertainty: base * (1 - base) };
}

/** Wilson's score interval of a proportion (Wilson 1927). */
export function wilson(hits: number, n: number, z = 1.959964): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const p = hits / n;
  const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

/** Reliability curve: forecasts in equal bins of p, each with its rate and interval. */
export function reliabilityCurve(forecasts: readonly ResolvedForecast[], bins = 5) {
  const binOf = (p: number) => Math.min(bins - 1, Math.floor(p * bins));
  return [...Map.groupBy(forecasts, ({ p }) => binOf(p))]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => {
      const hits = members.filter(({ outcome }) => outcome === 1).length;
      return {
        p: mean(members.map(({ p }) => p)),
        rate: hits / members.length,
        n: members.length,
        ...wilson(hits, members.length),
      };
    });
}

function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('forecasts: there is no resolved forecast to score.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
