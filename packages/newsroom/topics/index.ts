/** Topics found in the stream of papers: what there is, where each paper belongs, and what editors make of it. */
export { topicActions } from './actions.ts';
export { topicsOfPapers } from './chips.ts';
export { hideTopic, mergeTopics, renameTopic, undoTopicAction } from './edit.ts';
export { currentTopicId, filedTopic, findTopic, topicNames } from './find.ts';
export { type ListOptions, listTopics } from './list.ts';
export { topicMap } from './map.ts';
export { type SeriesOptions, topicSeries } from './series.ts';
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
