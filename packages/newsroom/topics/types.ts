import type { TopicActionKind, TopicStageKind, TopicVerdict } from '@broadsheet/database';
import type { TrainingReport } from '@broadsheet/engine/report';

export type TopicState = 'active' | 'dormant' | 'hidden';
export type TopicSort = 'largest' | 'new' | 'growing' | 'fading' | 'name';

/** A topic in a list. */
export interface TopicSummary {
  id: number;
  name: string;
  /** The most telling first; ten at most. */
  words: string[];
  state: TopicState;
  /** Papers that this site has and can list. */
  papers: number;
  /** Papers that were counted in stages, also those that this site does not have. */
  counted: number;
  /** Of the newest stages, the oldest first. */
  counts: { stageId: number; papers: number }[];
  /** Of the papers of the newest stage. */
  share: number;
  /** log₂ of its share lately against its share before; 0 is steady. */
  growth: number;
  bornOn: string;
  bornStageId: number;
  isNew: boolean;
}

/** A topic's page. */
export interface Topic extends TopicSummary {
  nameByEditor?: string;
  names: { version: number; name: string; words: string[]; fromDay: string; why: 'birth' | 'drift' }[];
  /** `isWithin`: it split off from the nearest, which most of its papers were in. */
  bornFrom?: { papers: number; nearest?: TopicLink; cosine?: number; statistic: number; isWithin?: boolean };
  mergedHere: TopicLink[];
  neighbours: (TopicLink & { cosine: number })[];
  history: { stageId: number; kind: TopicStageKind; fromDay: string; toDay: string; papers: number; share: number }[];
  actions: TopicActionView[];
}

export interface TopicLink {
  id: number;
  name: string;
}

/** What a paper shows of its topic. */
export interface TopicChip {
  topicId: number;
  name: string;
  /** Among all topics, by the softmax of cosines that the stages are trained with. */
  probability: number;
  /** Less the runner-up's probability. */
  margin: number;
  /** Words of the topic that this paper has. */
  words: string[];
  runnerUp?: TopicLink & { probability: number };
}

export interface TopicStage {
  id: number;
  kind: TopicStageKind;
  fromDay: string;
  toDay: string;
  origin: 'almanac' | 'site';
  state: 'done' | 'rolled-back';
  papers: number;
  candidates: number;
  /** Share of papers that are near no topic, the usual one, and how many standard deviations lie between. */
  share: number;
  usualShare: number;
  statistic: number;
  verdict: TopicVerdict;
  born: TopicLink[];
  report: StageReport | null;
  finishedAt: number;
}

/** How a stage went, for whoever runs the site. */
export interface StageReport {
  /** Null where nothing was trained. */
  training: TrainingReport | null;
  epochs: number;
  seconds: number;
  proposals: number;
  /** New heads that ended with too few papers. */
  retired: number;
  /** Proposals that were one topic with another, new or old. */
  duplicates: number;
  note: string;
}

export interface TopicActionView {
  id: number;
  topicId: number;
  kind: TopicActionKind;
  detail: Record<string, unknown>;
  by?: string;
  at: number;
  undoneAt?: number;
}

export interface TopicMapPoint {
  id: number;
  name: string;
  /** Both from 0 to 1; near on the map is near in meaning, as far as two dimensions go. */
  x: number;
  y: number;
  papers: number;
  state: TopicState;
}

export interface TopicSeries {
  stages: { id: number; kind: TopicStageKind; fromDay: string; toDay: string; papers: number }[];
  series: { topicId: number; name: string; counts: number[] }[];
  /** Papers of all other topics and of none. */
  rest: number[];
}

export interface TopicsState {
  topics: number;
  active: number;
  dormant: number;
  /** Papers with a topic, papers that are near none, and papers that were not looked at yet. */
  assigned: number;
  apart: number;
  waiting: number;
  newest?: TopicStage;
  model?: string;
  /** Without topics: with how many papers they could begin, and how many they need. */
  start?: { papers: number; needed: number };
}

/** What an editor's action came to; a refusal says what to do. */
export type ActionOutcome = { actionId: number; newId?: number } | { refused: string };
