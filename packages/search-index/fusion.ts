/** What one side found, the best first. */
export interface Side {
  id: number;
  score: number;
}

/** A paper with what both sides say of it. */
export interface Fused {
  id: number;
  score: number;
  /** The best paper by words has 1. */
  lexical: number;
  /** Cosine of question and paper. */
  similarity: number;
}

/** What words alone have found. */
export interface GateFacts {
  /** How many words were asked. */
  words: number;
  /** Share of the words that the best paper by words answers, from 0 to 1. */
  coverage: number;
}

/** How many words were asked, up to which a question is of a row; the last row has no end. */
const ROWS = [3, 7, 12];
/** Which share of them the best paper has, below which it is of a column; in the last column it has all. */
const COLUMNS = [0.5, 0.75, 1];

/** How much the vectors may say, by row and column. */
export type Gate = readonly (readonly number[])[];

export const CLOSED_GATE: Gate = Array.from({ length: ROWS.length + 1 }, () =>
  Array.from({ length: COLUMNS.length + 1 }, () => 0),
);

export function gateCell({ words, coverage }: GateFacts): [row: number, column: number] {
  const place = (edges: readonly number[], isBefore: (edge: number) => boolean) => {
    const at = edges.findIndex(isBefore);
    return at < 0 ? edges.length : at;
  };
  return [place(ROWS, (most) => words <= most), place(COLUMNS, (edge) => coverage < edge)];
}

export function gateWeight(gate: Gate, facts: GateFacts): number {
  const [row, column] = gateCell(facts);
  return gate[row][column];
}

/**
 * One list of what words and vectors found: the words' scores as shares of the best, plus the cosines by a weight. A
 * weight of 0 leaves the words' order as it is.
 * @param similarityOf the cosine of what the vectors did not bring up themselves
 */
export function fuse(
  lexical: readonly Side[],
  near: readonly Side[],
  { weight, similaritiesOf }: { weight: number; similaritiesOf(ids: number[]): number[] },
): Fused[] {
  const best = lexical[0]?.score ?? 1;
  const known = new Map(near.map(({ id, score }) => [id, score]));
  const missing = lexical.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  for (const [i, similarity] of similaritiesOf(missing).entries()) known.set(missing[i], similarity);
  const shares = new Map(lexical.map(({ id, score }) => [id, score / best]));
  const ids = weight === 0 ? [...shares.keys()] : [...new Set([...shares.keys(), ...known.keys()])];
  return ids
    .map((id) => {
      const share = shares.get(id) ?? 0;
      const similarity = known.get(id) ?? 0;
      return { id, lexical: share, similarity, score: share + weight * similarity };
    })
    .sort((a, b) => b.score - a.score);
}
