/**
 * Class-based TF-IDF: W[c][x] = f[c][x]/Σ_x f[c][x] · ln(1 + A/f[x]), A the mean number of words of a class, f[x] the
 * count of word x over all classes (Grootendorst 2022, arXiv 2203.05794).
 * @param counts words by class, [classes, words]
 */
export function classTfIdf(counts: readonly ArrayLike<number>[]): { idf: Float64Array; scores: Float64Array[] } {
  const words = counts[0]?.length ?? 0;
  const sums = counts.map((row) => Array.from(row).reduce((sum, value) => sum + value, 0));
  const mean = sums.reduce((sum, value) => sum + value, 0) / counts.length;
  const idf = Float64Array.from({ length: words }, (_, x) => {
    const f = counts.reduce((sum, row) => sum + row[x], 0);
    return f > 0 ? Math.log(1 + mean / f) : 0;
  });
  const scores = counts.map((row, c) => idf.map((value, x) => (sums[c] > 0 ? (row[x] / sums[c]) * value : 0)));
  return { idf, scores };
}
