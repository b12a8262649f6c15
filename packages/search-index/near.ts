import type { Dictionary } from './dictionary.ts';

/**
 * Visits the terms of a dictionary that differ from a word by at most `limit` typing errors (a letter too many, too few,
 * another, or two exchanged) and begin with its first letter, in which slips are rare.
 *
 * Restricted Damerau–Levenshtein along the sorted terms: rows of a shared beginning are computed once, and below a
 * hopeless beginning nothing is computed at all.
 */
export function visitNear(
  dictionary: Dictionary,
  sign: string,
  word: string,
  limit: number,
  visit: (ordinal: number, errors: number, term: string) => void,
): void {
  const beginning = sign + word[0];
  const columns = word.length + 1;
  const rows: Uint8Array[] = [Uint8Array.from({ length: columns }, (_, j) => j)];
  let known = 0;
  let hopelessAt = Number.POSITIVE_INFINITY;
  const walk = dictionary.seek(beginning);
  for (let more = walk !== undefined; walk && more; more = walk.next()) {
    if (!walk.startsWith(beginning)) return;
    const { chars } = walk;
    const length = walk.length - sign.length;
    const shared = walk.shared - sign.length;
    if (shared >= hopelessAt) continue;
    hopelessAt = Number.POSITIVE_INFINITY;
    known = Math.max(0, Math.min(known, shared));
    for (let i = known + 1; i <= length; i++) {
      rows[i] ??= new Uint8Array(columns);
      known = i;
      if (fill(rows[i], rows, i, word, chars, sign.length) > limit) {
        hopelessAt = i;
        break;
      }
    }
    if (hopelessAt <= length) continue;
    if (rows[length][word.length] <= limit) visit(walk.ordinal, rows[length][word.length], walk.term);
  }
}

/** Fills the row of a term's first `i` characters; the least in it bounds every longer term from below. */
function fill(row: Uint8Array, rows: Uint8Array[], i: number, word: string, chars: Uint16Array, from: number): number {
  const above = rows[i - 1];
  const char = chars[from + i - 1];
  row[0] = i;
  let least = i;
  for (let j = 1; j <= word.length; j++) {
    const same = char === word.charCodeAt(j - 1);
    let cost = Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1));
    if (i > 1 && j > 1 && char === word.charCodeAt(j - 2) && chars[from + i - 2] === word.charCodeAt(j - 1))
      cost = Math.min(cost, rows[i - 2][j - 2] + 1);
    row[j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}
