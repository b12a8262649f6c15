/**
 * From so many vectors on, only those in the cells nearest to a question are looked at. Of fewer all are: they take some
 * milliseconds, and nothing is missed (docs/benchmarks.md).
 */
export const CELLS_FROM = 400_000;
/** In so many cells lie .97 of the fifty nearest of 400,000 vectors, and .98 of those of three million. */
export const CELLS_LOOKED_AT = 96;
