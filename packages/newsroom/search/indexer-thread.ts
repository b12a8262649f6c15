import { parentPort } from 'node:worker_threads';
import { type Database, openStore } from '@broadsheet/database';
import { SearchIndex, Segment } from '@broadsheet/search-index';
import { followStore } from './follow.ts';
import { readIndexFile, removeLeftParts, storeName, writeIndexFile } from './index-file.ts';
import type { HeldIndex, IndexerMessage, IndexerRequest } from './indexer-messages.ts';

/** Changes since the last writing that are worth writing the file anew. */
const WORTH_SAVING_PAPERS = 1_000;
/** Segments below this are merged as they come; at the end of a build all are. */
const MANY_SEGMENTS = 3;

// Builds and merges indexes beside the thread that serves pages: requests are done one after another.
let turn: Promise<void> = Promise.resolve();
parentPort?.on('message', (request: IndexerRequest) => {
  turn = turn
    .then(() => work(request))
    .catch((error: Error) => say({ id: request.id, kind: 'failed', message: error.stack ?? error.message }));
});

function say(message: IndexerMessage): void {
  parentPort?.postMessage(message);
}

async function work(request: IndexerRequest): Promise<void> {
  const database = openStore(request.store);
  try {
    await bringUpToDate(database, request);
  } finally {
    await database.close();
  }
}

async function bringUpToDate({ db }: Database, { id, file, target, held }: IndexerRequest): Promise<void> {
  const owner = await storeName(db);
  const saved = held ? undefined : openSaved({ id, file, owner, target });
  const index = held
    ? SearchIndex.of(
        held.segments.map((bytes) => new Segment(bytes)),
        held.changeSeq,
      )
    : (saved ?? SearchIndex.of([], -1));
  if (saved) say({ id, kind: 'index', index: heldOf(saved), isFinal: false });
  let changed = 0;
  await followStore(db, index, {
    target,
    onProgress: (done, total) => {
      changed = done;
      say({ id, kind: 'progress', done, total });
    },
  });
  const isBuilt = !held && changed > index.size / 2;
  if (isBuilt && index.segments.length > MANY_SEGMENTS) index.compact();
  say({ id, kind: 'index', index: heldOf(index), isFinal: true });
  // The answer comes first: a full disk keeps nobody from searching.
  if (file && (changed >= WORTH_SAVING_PAPERS || (!held && !saved))) save({ id, file, owner, index });
}

/** What was saved, if it is whole and of this store; otherwise the index is built anew, and it is said why. */
function openSaved({
  id,
  file,
  owner,
  target,
}: {
  id: number;
  file?: string;
  owner: string;
  target: number;
}): SearchIndex | undefined {
  if (!file) return undefined;
  removeLeftParts(file);
  try {
    const saved = readIndexFile(file, owner);
    // A store that was put back to an earlier state counts its changes anew.
    if (saved && saved.changeSeq > target)
      throw new Error(`it has followed ${saved.changeSeq} changes of a store that has had ${target}`);
    return saved;
  } catch (error) {
    say({ id, kind: 'warning', message: `the search index in ${file} is built anew: ${(error as Error).message}` });
    return undefined;
  }
}

function save({ id, file, owner, index }: { id: number; file: string; owner: string; index: SearchIndex }): void {
  try {
    writeIndexFile(file, owner, index);
  } catch (error) {
    const reason = (error as Error).message;
    say({
      id,
      kind: 'warning',
      message: `the search index was not saved and will be built anew at the next start: ${reason}`,
    });
  }
}

function heldOf(index: SearchIndex): HeldIndex {
  return { changeSeq: index.changeSeq, segments: index.segments.map((segment) => segment.bytes) };
}
