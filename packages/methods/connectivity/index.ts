/** Connectivity structure and rich or lazy learning (Liu et al. 2023, arXiv 2310.08513): starts, networks, kernels, theory. */
export {
  alignedLowRank,
  type Decomposition,
  gaussian,
  type Match,
  matched,
  normOf,
  orthonormal,
  outerProduct,
  randomLowRank,
  truncated,
} from './initial.ts';
export { jacobian, tangentKernel } from './kernel.ts';
export { conservedDrift, descend, type LinearNetwork } from './linear-network.ts';
export { motifAlpha, motifCorrelation, motifsOf, type SonetSpec, sonet, sonetOf } from './motifs.ts';
export {
  type Activity,
  backPropagate,
  crossEntropy,
  exponentialEulerAlpha,
  type Inputs,
  runNetwork,
  type Weights,
} from './network.ts';
export {
  type BlockTable,
  block,
  CELL_TYPES,
  cellTypeBlocks,
  centred,
  dale,
  erdosRenyi,
  heavyTail,
  shuffled,
  typesOf,
  weighted,
  withoutDiagonal,
} from './structures.ts';
export { alignmentForTask, largestMeanAlignment, linearKernel, meanAlignment, whitenedKernel } from './theory.ts';
export {
  type NetworkShape,
  type TracedWeights,
  type TrainingState,
  tracedGradient,
  tracedKernels,
  tracedStates,
  tracedStep,
} from './traced.ts';
