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
  const letters = Uint16Array.from({ length: word.length }, (_, j) => word.charCodeAt(j));
  const rows: Uint8Array[] = [Uint8Array.from({ length: columns }, (_, j) => Math.min(j, FAR))];
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
    // Each letter more or less is an error by itself.
    if (Math.abs(length - word.length) > limit) continue;
    for (let i = known + 1; i <= length; i++) {
      rows[i] ??= new Uint8Array(columns).fill(FAR);
      known = i;
      if (fill(rows, i, { letters, limit, chars, from: sign.length }) > limit) {
        hopelessAt = i;
        break;
      }
    }
    if (hopelessAt <= length) continue;
    if (rows[length][word.length] <= limit) visit(walk.ordinal, rows[length][word.length], walk.term);
  }
}

/** More errors than are ever forgiven; what stands off the diagonal by more than the limit keeps it. */
const FAR = 200;

/** Fills the row of a term's first `i` characters; the least in it bounds every longer term from below. */
function fill(
  rows: Uint8Array[],
  i: number,
  { letters, limit, chars, from }: { letters: Uint16Array; limit: number; chars: Uint16Array; from: number },
): number {
  const row = rows[i];
  const above = rows[i - 1];
  const twoAbove = i > 1 ? rows[i - 2] : above;
  const char = chars[from + i - 1];
  const charBefore = i > 1 ? chars[from + i - 2] : -1;
  const first = Math.max(1, i - limit);
  const last = Math.min(letters.length, i + limit);
  if (i <= limit) row[0] = i;
  let least = row[0];
  for (let j = first; j <= last; j++) {
    const letter = letters[j - 1];
    let cost = above[j - 1] + (char === letter ? 0 : 1);
    if (above[j] + 1 < cost) cost = above[j] + 1;
    if (row[j - 1] + 1 < cost) cost = row[j - 1] + 1;
    if (j > 1 && letter === charBefore && letters[j - 2] === char && twoAbove[j - 2] + 1 < cost)
      cost = twoAbove[j - 2] + 1;
    row[j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}
