/** The instant that a text names, in epoch milliseconds; undefined where there is no text or it is no date. */
export function instantOf(text?: string): number | undefined {
  const at = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
