/**
 * From so many vectors on, only those in the cells nearest to a question are looked at. Of fewer all are: they take some
 * milliseconds, and nothing is missed (docs/benchmarks.md).
 */
export const CELLS_FROM = 400_000;
/** Of the fifty nearest .98 lie in so many cells at 400,000 vectors. */
export const CELLS_LOOKED_AT = 128;
