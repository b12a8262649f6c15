export { rounded, stepOf } from './rounding.ts';
export {
  type ArrangedVectors,
  type NearOptions,
  type NearVector,
  type SharedVectors,
  VectorIndex,
} from './vector-index.ts';
