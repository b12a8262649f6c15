import type { StoreAddress } from '@broadsheet/database';
import type { SharedVectors } from '@broadsheet/search-index/vectors';
import type { EncoderSetting } from './encoders/index.ts';

/** What a site asks of the thread that indexes. */
export interface IndexerRequest {
  /** Its own number, under which answers come. */
  id: number;
  store: StoreAddress;
  /** The folder where index and vectors are kept between starts. */
  dataDir: string;
  encoder: EncoderSetting;
  /** The change up to which the index is wanted. */
  target: number;
  /** What the site has already, in shared memory. */
  held?: HeldIndex;
}

export interface HeldIndex {
  changeSeq: number;
  segments: Uint8Array[];
}

export type IndexerMessage =
  | { id: number; kind: 'progress'; done: number; total: number }
  /** An index that may be used; it may be followed by a newer one. */
  | { id: number; kind: 'index'; index: HeldIndex }
  | { id: number; kind: 'vectors'; vectors: SharedVectors; changeSeq: number; isComplete: boolean }
  | { id: number; kind: 'warning'; message: string }
  | { id: number; kind: 'failed'; message: string }
  | { id: number; kind: 'done' };
