import type { Database } from '@broadsheet/database';
import type { Settings } from '../host/index.ts';
import type { PaperRecord } from '../papers/index.ts';
import type { PoliteClient, Politeness } from './http/polite.ts';

/** Where a source stopped reading; plain JSON, kept between pulls. */
export type Cursor = Record<string, unknown>;

/**
 * What a source gives while it reads: a record, or the place up to which everything before is to be kept, and where it
 * knows, the instant before which there will be nothing new.
 */
export type Pulled = { record: PaperRecord } | { cursor: Cursor; nothingBefore?: number };

export interface PullContext {
  /** What the last successful pull left; undefined at the first. */
  cursor: Cursor | undefined;
  http: PoliteClient;
  signal: AbortSignal;
  now: () => number;
  settings: Settings;
  database: Database;
  /** Base address; tests put a server of their own in its place. */
  baseUrl: string;
}

/** A place that papers come from. One folder each; adding one is the folder and one line in index.ts. */
export interface Source {
  id: string;
  title: string;
  /** What it gives and under which terms, for the status page. */
  about: string;
  baseUrl: string;
  politeness: Politeness;
  /** How long after a success it is asked again. */
  everyMs: number;
  /** Asked by the scheduler only when this holds; week-ends are quiet where nothing is announced. */
  isDue?(now: number): boolean;
  pull(context: PullContext): AsyncIterable<Pulled>;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
