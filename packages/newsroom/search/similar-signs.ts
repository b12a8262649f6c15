import type { Host } from '../host/index.ts';
import { sharedAuthors } from './shared-authors.ts';
import { sharedTopic } from './shared-topic.ts';

/** How much of a sign two papers share, and what, as a reader is told. */
export interface Shared {
  /** From 0 to 1. */
  share: number;
  words: string;
}

/** Something besides words and meaning that papers may have in common. */
export interface SharedSign {
  /** The most that it adds, where the paper that shares most words has 1. */
  weight: number;
  /**
   * The papers that share it with one: some of those that words and meaning brought up, and others where it brings papers
   * up itself.
   */
  of(host: Host, paperId: number, candidates: readonly number[]): Promise<Map<number, Shared>>;
}

/** Adding a sign is one file and one line. */
export const SIGNS: readonly SharedSign[] = [sharedAuthors, sharedTopic];
