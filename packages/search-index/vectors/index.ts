export { rounded, stepOf } from './rounding.ts';
export { type NearOptions, type NearVector, type SharedVectors, VectorIndex } from './vector-index.ts';
