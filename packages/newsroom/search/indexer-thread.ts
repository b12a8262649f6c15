import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { type Database, openStore } from '@broadsheet/database';
import { SearchIndex, Segment } from '@broadsheet/search-index';
import { type EncoderSetting, openEncoder, type SearchEncoder } from './encoders/index.ts';
import { followStore } from './follow.ts';
import { followVectors } from './follow-vectors.ts';
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

async function bringUpToDate({ db }: Database, request: IndexerRequest): Promise<void> {
  const owner = await storeName(db);
  await followWords(db, owner, request);
  await followMeanings(db, owner, request);
  say({ id: request.id, kind: 'done' });
}

async function followWords(
  db: Database['db'],
  owner: string,
  { id, dataDir, target, held }: IndexerRequest,
): Promise<void> {
  const file = join(dataDir, 'search-index.bin');
  const saved = held ? undefined : openSaved({ id, file, owner, target });
  const index = held
    ? SearchIndex.of(
        held.segments.map((bytes) => new Segment(bytes)),
        held.changeSeq,
      )
    : (saved ?? SearchIndex.of([], -1));
  if (saved) say({ id, kind: 'index', index: heldOf(saved) });
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
  say({ id, kind: 'index', index: heldOf(index) });
  // The answer comes first: a full disk keeps nobody from searching.
  if (changed >= WORTH_SAVING_PAPERS || (!held && !saved)) save({ id, file, owner, index });
}

/** What was saved, if it is whole and of this store; otherwise the index is built anew, and it is said why. */
function openSaved({
  id,
  file,
  owner,
  target,
}: {
  id: number;
  file: string;
  owner: string;
  target: number;
}): SearchIndex | undefined {
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

const encoders = new Map<string, Promise<SearchEncoder | undefined>>();

function encoderOf(setting: EncoderSetting): Promise<SearchEncoder | undefined> {
  const known = encoders.get(setting.name);
  if (known) return known;
  const opened = openEncoder(setting);
  encoders.set(setting.name, opened);
  // One that could not be had is asked for again the next time.
  opened.catch(() => encoders.delete(setting.name));
  return opened;
}

/** Vectors come second: without an encoder, or with one that fails, words are found all the same. */
async function followMeanings(
  db: Database['db'],
  owner: string,
  { id, dataDir, target, encoder: setting }: IndexerRequest,
): Promise<void> {
  const warn = (message: string) => say({ id, kind: 'warning', message });
  try {
    const encoder = await encoderOf(setting);
    if (!encoder) return;
    const { vectors, isComplete } = await followVectors(db, { encoder, owner, dataDir, target, warn });
    say({ id, kind: 'vectors', vectors: vectors.index.shared, changeSeq: vectors.changeSeq, isComplete });
  } catch (error) {
    warn(`search goes by words alone, as texts could not be encoded: ${(error as Error).message}`);
  }
}
