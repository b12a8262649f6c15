/** A number as one says it: three figures, a real minus sign, no exponent where a reader can do without. */
export function say(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const text =
    size === 0
      ? '0'
      : size >= 1e6 || size < 1e-4
        ? value.toExponential(1)
        : size >= 100
          ? value.toFixed(0)
          : size >= 10
            ? value.toFixed(1)
            : size >= 0.01
              ? value.toFixed(2)
              : value.toPrecision(2);
  return text.replaceAll('-', '−');
}

/**
 * Numbers that are read beside each other, such as a mean and the ends of its interval: all with so many decimals that
 * the least distance between two of them is still seen.
 */
export function sayTogether(values: readonly number[]): string[] {
  const sorted = [...values].filter(Number.isFinite).sort((a, b) => a - b);
  const gaps = sorted.slice(1).flatMap((value, i) => (value > sorted[i] ? [value - sorted[i]] : []));
  if (gaps.length === 0) return values.map(say);
  const decimals = Math.max(0, Math.ceil(-Math.log10(Math.min(...gaps)) + 0.3));
  if (decimals > 6) return values.map(say);
  return values.map((value) => (Number.isFinite(value) ? value.toFixed(decimals).replace('-', '−') : '–'));
}

/** A mean and its interval, as one says them: '+0.0091' and '0.0056 to 0.0126'. */
export function sayInterval({ mean, low, high }: { mean: number; low: number; high: number }): {
  mean: string;
  range: string;
} {
  const [m, l, h] = sayTogether([mean, low, high]);
  return { mean: mean > 0 ? `+${m}` : m, range: `${l} to ${h}` };
}

/** A time left or taken: '2.1 s', '4 min 20 s'. */
export function sayDuration(ms: number): string {
  if (ms < 950) return `${Math.max(0.1, ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes} min ${seconds % 60} s`;
}
