import { type StoreAddress, storeAddress } from '@broadsheet/database';
import { SearchIndex, Segment } from '@broadsheet/search-index';
import { VectorIndex } from '@broadsheet/search-index/vectors';
import type { Host } from '../host/index.ts';
import { followStore } from './follow.ts';
import { vectorsThread, wordsThread } from './indexer.ts';
import type { HeldIndex } from './indexer-messages.ts';

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
  /** The change up to which papers are encoded, or could not be. */
  encodedSeq: number;
  /** Words and vectors follow the store, each at its own pace. */
  indexing?: Promise<void>;
  encoding?: Promise<void>;
  /** After a failure the store is left alone for a while. */
  restingUntil: number;
}

const REST_MS = 30_000;

const indexes = new WeakMap<Host, Following>();

/**
 * The index of a site. It is derived data: opened from its file, built from the store by threads of its own, and kept
 * in step by the change sequence, whichever process makes the changes. Never waited for; until it is ready, searches go
 * to the store.
 */
export function siteIndex(host: Host): SiteIndex {
  let mine = indexes.get(host);
  if (!mine) {
    mine = { index: SearchIndex.of([], -1), isReady: false, encodedSeq: -1, restingUntil: 0 };
    indexes.set(host, mine);
  }
  if (performance.now() < mine.restingUntil) return mine;
  const version = host.contentVersion();
  if (!mine.indexing && mine.index.changeSeq < version) mine.indexing = indexAll(host, mine);
  const store = storeAddress(host.database);
  // A store that no other thread can see has words alone.
  if (!mine.encoding && mine.encodedSeq < version && store) mine.encoding = encodeAll(host, mine, store);
  return mine;
}

/** Waits until words and vectors have caught up with the store; for commands and tests. */
export async function readySiteIndex(host: Host): Promise<SiteIndex> {
  for (;;) {
    const site = siteIndex(host) as Following;
    if (!site.indexing && !site.encoding) return site;
    await Promise.all([site.indexing, site.encoding]);
  }
}

/** Waits until the words have caught up with the store: encoding may take as long as an encoder far away does. */
export async function readyWords(host: Host): Promise<SiteIndex> {
  for (;;) {
    const site = siteIndex(host) as Following;
    if (!site.indexing) return site;
    await site.indexing;
  }
}

async function indexAll(host: Host, mine: Following): Promise<void> {
  try {
    const store = storeAddress(host.database);
    if (store) await inThread(host, mine, store);
    else {
      await followStore(host.database.db, mine.index, { target: host.contentVersion() });
      mine.isReady = true;
    }
  } catch (error) {
    host.log.error('the search index could not follow the store', { error });
    mine.restingUntil = performance.now() + REST_MS;
  } finally {
    mine.indexing = undefined;
    mine.progress = undefined;
  }
}

function inThread(host: Host, mine: Following, store: StoreAddress): Promise<void> {
  const { dataDir } = host.settings;
  const { held } = mine;
  return wordsThread.ask({ store, dataDir, target: host.contentVersion(), held }, (said) => {
    if (said.kind === 'progress') mine.progress = { done: said.done, total: said.total };
    else if (said.kind === 'warning') host.log.warn(said.message);
    else {
      const { segments, changeSeq } = said.index;
      mine.held = said.index;
      mine.index = SearchIndex.of(
        segments.map((bytes) => new Segment(bytes)),
        changeSeq,
      );
      mine.isReady = true;
    }
  });
}

async function encodeAll(host: Host, mine: Following, store: StoreAddress): Promise<void> {
  const { dataDir, encoder } = host.settings;
  const target = host.contentVersion();
  try {
    await vectorsThread.ask({ store, dataDir, encoder, target }, (said) => {
      if (said.kind === 'warning') host.log.warn(said.message);
      else mine.vectors = VectorIndex.over(said.vectors);
    });
  } catch (error) {
    host.log.error('papers could not be encoded', { error });
    mine.restingUntil = performance.now() + REST_MS;
  } finally {
    mine.encodedSeq = target;
    mine.encoding = undefined;
  }
}
