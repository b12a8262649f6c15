/** Topics on a stream of texts: stages of Happy on a frozen encoder, behind a gate, with names. Ours on top of the paper. */
export { type Birth, mostLike } from './births.ts';
export { type FirstStageOptions, firstStage } from './first-stage.ts';
export { groupEntropyGradient, replayGradient, selfDistillationGradient } from './head-gradients.ts';
export { HEAD_SCHEDULE, type HeadSchedule, hardness, headGradient, trainNewHeads } from './heads.ts';
export { type Assignments, assign, centred, centreOf, describe, type TopicModel } from './model.ts';
export {
  type Background,
  countTerms,
  EMPTY_BACKGROUND,
  type NamedTopic,
  nameTopic,
  type TermCounts,
  topFiveOverlap,
  withCounts,
} from './names.ts';
export type { Waiting } from './proposals.ts';
export { DUPLICATE, nextStage, type StageOutcome, usualShare, withTopics } from './stage.ts';
export { foldOf, termsOf } from './terms.ts';
