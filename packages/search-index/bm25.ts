/** BM25's usual constants (Robertson & Zaragoza 2009, §3.2). */
const K1 = 1.2;
const B = 0.75;

/** A word of a title says more of a paper than one of its abstract; weights as in BM25F, ours. */
export const WEIGHT = { title: 3, authors: 2.5, keywords: 1.5, organization: 1.5, abstract: 1 };

/** Impacts are kept in one byte; 255 stands for the highest that any frequency can reach. */
export const IMPACT_STEPS = 255;
/** Points are whole numbers, so that sums do not depend on their order: inverse frequencies in sixty-fourths. */
const IDF_STEPS = 64;

/** What a weighted frequency in a text of some length is worth, from 1 to 255; the part of BM25 that no query changes. */
export function impactOf(weight: number, length: number, averageLength: number): number {
  const saturated = weight / (weight + K1 * (1 - B + (B * length) / averageLength));
  return Math.max(1, Math.round(saturated * IMPACT_STEPS));
}

/** How telling a term is that stands in `df` of `papers`, as the factor of its impacts. */
export function pointsPerImpact(df: number, papers: number, factor = 1): number {
  return Math.max(1, Math.round(Math.log(1 + (papers - df + 0.5) / (df + 0.5)) * IDF_STEPS * factor));
}

/** Points as the BM25 score that they stand for. */
export function scoreOf(points: number): number {
  return (points * (K1 + 1)) / (IMPACT_STEPS * IDF_STEPS);
}
