export { type NearOptions, type NearVector, rounded, VectorIndex } from './vector-index.ts';
