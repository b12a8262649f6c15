import type { StoreAddress } from '@broadsheet/database';
import type { SharedVectors } from '@broadsheet/search-index/vectors';
import type { EncoderSetting } from './encoders/index.ts';

interface IndexerRequest {
  store: StoreAddress;
  /** The folder where index and vectors are kept between starts. */
  dataDir: string;
  /** The change up to which they are wanted. */
  target: number;
}

/** What a site asks of the thread that indexes words. */
export interface WordsRequest extends IndexerRequest {
  /** What the site has already, in shared memory. */
  held?: HeldIndex;
}

export interface HeldIndex {
  changeSeq: number;
  segments: Uint8Array[];
}

export type WordsSaid =
  | { kind: 'progress'; done: number; total: number }
  /** An index that may be used; it may be followed by a newer one. */
  | { kind: 'index'; index: HeldIndex }
  | { kind: 'warning'; message: string };

/** What a site asks of the thread that encodes papers. */
export interface VectorsRequest extends IndexerRequest {
  encoder: EncoderSetting;
}

export type VectorsSaid =
  /** Of all papers. */
  { kind: 'vectors'; vectors: SharedVectors } | { kind: 'warning'; message: string };
