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

/** An effect: the same with its sign. */
export function saySigned(value: number): string {
  return value > 0 ? `+${say(value)}` : say(value);
}

/** A time left or taken: '2.1 s', '4 min 20 s'. */
export function sayDuration(ms: number): string {
  if (ms < 950) return `${Math.max(0.1, ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
}
