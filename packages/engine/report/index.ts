/** What a training run did to a network: ranks, change, alignment, and where that lies between lazy and rich. */
export {
  gram,
  kernelAlignment,
  kernelTargetAlignment,
  representationAlignment,
  signSimilarity,
  sketchedAlignment,
} from './alignment.ts';
export { type WeightChange, weightChange } from './change.ts';
export { drawReport } from './picture.ts';
export { type EffectiveRanks, effectiveRanks, participationRatio } from './ranks.ts';
export {
  hashProbe,
  type ReportOptions,
  type Snapshot,
  type TrainingReport,
  trainingReport,
} from './training-report.ts';
