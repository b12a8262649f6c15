import { storeAddress } from '@broadsheet/database';
import { SearchIndex, Segment } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import type { Host } from '../host/index.ts';
import { followStore } from './follow.ts';
import { askIndexer } from './indexer.ts';
import type { HeldIndex, IndexerMessage } from './indexer-messages.ts';

/** A site's keyword index, held in memory and following the store. */
export interface SiteIndex {
  readonly index: SearchIndex;
  /** Whether there is something to search in: everything that the store held when it was last asked, or a saved index. */
  readonly isReady: boolean;
  /** The papers' vectors, once all of them are made; absent without an encoder. */
  readonly vectors?: VectorIndex;
  /** While it is built or brought up to date: how many papers of how many are read. */
  readonly progress?: { done: number; total: number };
}

interface Following {
  index: SearchIndex;
  isReady: boolean;
  progress?: { done: number; total: number };
  held?: HeldIndex;
  vectors?: VectorIndex;
  /** How far the vectors have followed; not at all where there is no encoder. */
  vectorSeq: number;
  /** There are papers left to encode, though nothing changed. */
  isEncoding?: boolean;
  running?: Promise<void>;
  /** After a failure the store is left alone for a while. */
  restingUntil: number;
}

const REST_MS = 30_000;

const indexes = new WeakMap<Host, Following>();

/**
 * The index of a site. It is derived data: opened from its file, built from the store by a thread of its own, and kept
 * in step by the change sequence, whichever process makes the changes. Never waited for; until it is ready, searches go
 * to the store.
 */
export function siteIndex(host: Host): SiteIndex {
  let following = indexes.get(host);
  if (!following) {
    following = { index: SearchIndex.of([], -1), isReady: false, vectorSeq: -1, restingUntil: 0 };
    indexes.set(host, following);
  }
  if (
    !following.running &&
    following.index.changeSeq < host.contentVersion() &&
    performance.now() >= following.restingUntil
  )
    following.running = follow(host, following);
  return following;
}

/** Waits until the index has caught up with the store; for commands and tests. */
export async function readySiteIndex(host: Host): Promise<SiteIndex> {
  for (;;) {
    const site = siteIndex(host) as Following;
    if (!site.running) return site;
    await site.running;
  }
}

async function follow(host: Host, mine: Following): Promise<void> {
  try {
    const store = storeAddress(host.database);
    if (store) await inThread(host, mine, store);
    else await here(host, mine);
  } catch (error) {
    host.log.error('the search index could not follow the store', { error });
    mine.restingUntil = performance.now() + REST_MS;
  } finally {
    mine.running = undefined;
    mine.progress = undefined;
  }
}

function inThread(host: Host, mine: Following, store: NonNullable<ReturnType<typeof storeAddress>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (message: IndexerMessage) => {
      if (message.kind === 'progress') mine.progress = { done: message.done, total: message.total };
      else if (message.kind === 'warning') host.log.warn(message.message);
      else if (message.kind === 'done') resolve();
      else if (message.kind === 'vectors') takeVectors(mine, message);
      else if (message.kind === 'failed') reject(new Error(message.message));
      else {
        mine.held = message.index;
        mine.index = SearchIndex.of(
          message.index.segments.map((bytes) => new Segment(bytes)),
          message.index.changeSeq,
        );
        mine.isReady = true;
      }
    };
    const { dataDir, encoder } = host.settings;
    askIndexer({ store, dataDir, encoder, target: host.contentVersion(), held: mine.held }, listen);
  });
}

function takeVectors(mine: Following, message: Extract<IndexerMessage, { kind: 'vectors' }>): void {
  mine.vectorSeq = message.changeSeq;
  mine.isEncoding = !message.isComplete;
  // Vectors of a part of the papers would keep the others from being found; an earlier whole set still serves.
  if (message.isComplete) mine.vectors = VectorIndex.over(message.vectors);
}

/** A store that no other thread can see. */
async function here(host: Host, mine: Following): Promise<void> {
  await followStore(host.database.db, mine.index, { target: host.contentVersion() });
  mine.isReady = true;
}
