import { gunzipSync, gzipSync } from 'node:zlib';
import type { TopicVerdict } from '@broadsheet/database';
import type { TopicModel } from '@broadsheet/methods/topics';
import type { StageReport } from './types.ts';

/**
 * Topics computed once and shipped: ids, names, directions, counts, and where each paper of the almanac belongs. No text
 * of any paper is in it, only words by how many papers have them.
 */
export interface ComputedTopics {
  format: 'broadsheet-topics-1';
  /** The encoder whose vectors these directions are compared with. */
  encoder: string;
  /** float32 in base64: it is no direction, its length matters. */
  centre: string;
  radius: number;
  stages: ComputedStage[];
  topics: ComputedTopic[];
  names: { topic: number; version: number; stage: number; name: string; words: string[]; why: 'birth' | 'drift' }[];
  /** topic, stage, papers, and for the newest stages the words that told them apart. */
  counts: [number, number, number, string[]?][];
  assignments: ComputedAssignments;
  quiet: TopicModel['quiet'];
  /** Words by how many papers have them, rarest left out; in one string each, as short as can be. */
  background: { terms: string; counts: number[]; total: number; topics: number };
}

/** A direction as bytes; its length is one, so that only the shape matters. */
export type Direction = string;

export interface ComputedStage {
  id: number;
  fromDay: string;
  toDay: string;
  papers: number;
  candidates: number;
  statistic: number;
  share: number;
  usualShare: number;
  born: number;
  verdict: TopicVerdict;
  report: StageReport | null;
  inputHash: string;
}

export interface ComputedTopic {
  id: number;
  stage: number;
  bornFrom: { papers: number; nearest?: number; cosine?: number; statistic: number; isWithin?: boolean };
  threshold: number;
  cohesion: number;
  prototype: Direction;
  /** Absent where it is the prototype itself. */
  head?: Direction;
}

/** Columns: entry i of each is of paper i. */
export interface ComputedAssignments {
  /** arXiv ids, one after the other with a space. */
  papers: string;
  /** 0: no topic is near enough. */
  topics: number[];
  runnersUp: number[];
  /** In hundredths. */
  probabilities: number[];
  margins: number[];
  /** Bit b: the paper has word b of its topic's first name. */
  words: number[];
  stages: number[];
}

export function writeComputed(topics: ComputedTopics): Buffer {
  return gzipSync(JSON.stringify(topics), { level: 9 });
}

/** @throws {RangeError} when the bytes are none of ours */
export function readComputed(bytes: Uint8Array): ComputedTopics {
  const topics = JSON.parse(gunzipSync(bytes).toString('utf8')) as ComputedTopics;
  if (topics.format !== 'broadsheet-topics-1')
    throw new RangeError(`the file of topics is of the form "${topics.format}"; expected "broadsheet-topics-1".`);
  return topics;
}

/** Rounds to int8 by the largest entry. */
export function toDirection(vector: ArrayLike<number>): Direction {
  let most = 0;
  for (let d = 0; d < vector.length; d++) most = Math.max(most, Math.abs(vector[d]));
  return Buffer.from(Int8Array.from(vector, (value) => Math.round((127 * value) / (most || 1))).buffer).toString(
    'base64',
  );
}

/** Of length one. */
export function fromDirection(direction: Direction): Float64Array {
  const bytes = Buffer.from(direction, 'base64');
  const values = Float64Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const norm = Math.hypot(...values) || 1;
  return values.map((value) => value / norm);
}
