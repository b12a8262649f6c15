/** Topics found in the stream of papers: what there is, where each paper belongs, and what editors make of it. */
export { topicActions } from './actions.ts';
export { assignWaiting } from './assign.ts';
export { type Begun, beginTopics, beginWhenReady } from './begin.ts';
export { topicsOfPapers } from './chips.ts';
export { type ComputedTopics, toDirection, writeComputed } from './computed-file.ts';
export { dueWeeks, runDueStages } from './due-stages.ts';
export { hideTopic, mergeTopics, renameTopic, undoTopicAction } from './edit.ts';
export { currentTopicId, filedTopic, findTopic, topicNames } from './find.ts';
export { type DatedPaper, type FirstTopics, firstTopics } from './first-topics.ts';
export { type ListOptions, listTopics } from './list.ts';
export { loadComputedTopics } from './load-computed.ts';
export { topicMap } from './map.ts';
export { OtherEncoderError, otherEncoder } from './model-store.ts';
export { rollbackStage } from './rollback.ts';
export { type Days, runStage, type StageRun } from './run-stage.ts';
export { type SeriesOptions, topicSeries } from './series.ts';
export { splitTopic } from './split.ts';
export { type Assigned, assignPapers, type StageInput, type StagePaper, workStage } from './stage-work.ts';
export { findStage, topicStages } from './stages.ts';
export { topicsState } from './state.ts';
export type {
  ActionOutcome,
  StageReport,
  Topic,
  TopicActionView,
  TopicChip,
  TopicLink,
  TopicMapPoint,
  TopicSeries,
  TopicSort,
  TopicStage,
  TopicState,
  TopicSummary,
  TopicsState,
} from './types.ts';
export { toBase64 } from './vectors.ts';
