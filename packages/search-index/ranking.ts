/** What ranks papers beside BM25; chosen on the training and validation questions of benchmarks/search/ranking.ts. */
export interface Ranking {
  /**
   * What a word is worth by standing in a paper at all, in points per step of its rarity: papers with more of the words
   * come first.
   */
  presence: number;
  /**
   * Words that stand beside each other in a question and in a paper say more than the same words apart (ordered pairs of
   * the sequential dependence model, Metzler & Croft 2005); as a share of the rarer word's highest points.
   */
  pairShare: number;
}

export const RANKING: Ranking = { presence: 120, pairShare: 0.6 };
