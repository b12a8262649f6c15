import type { StoreAddress } from '@broadsheet/database';

/** What a site asks of the thread that indexes. */
export interface IndexerRequest {
  /** Its own number, under which answers come. */
  id: number;
  store: StoreAddress;
  /** Where the index is kept between starts; undefined keeps none. */
  file?: string;
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
  /** An index that may be used; one that is not `final` is of a file, and will be followed by a newer one. */
  | { id: number; kind: 'index'; index: HeldIndex; isFinal: boolean }
  | { id: number; kind: 'warning'; message: string }
  | { id: number; kind: 'failed'; message: string };
