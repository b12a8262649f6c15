/**
 * Whether two words differ by at most `limit` typing errors (a letter too many, too few, another, or two exchanged).
 * Restricted Damerau–Levenshtein within a band, so the cost is the length times the limit.
 */
export function isWithin(a: string, b: string, limit: number): boolean {
  if (Math.abs(a.length - b.length) > limit) return false;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    const from = Math.max(1, i - limit);
    const until = Math.min(b.length, i + limit);
    for (let j = 1; j < from; j++) row[j] = limit + 1;
    for (let j = from; j <= until; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (above[j] ?? limit + 1) + 1,
        (row[j - 1] ?? limit + 1) + 1,
        (above[j - 1] ?? limit + 1) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? limit + 1) + 1);
      row[j] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return false;
    before = above;
    above = row;
  }
  return (above[b.length] ?? limit + 1) <= limit;
}
