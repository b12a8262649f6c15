import { join } from 'node:path';
import type { Database } from '@broadsheet/database';
import { SearchIndex, Segment } from '@broadsheet/search-index';
import { followStore } from './follow.ts';
import { answerRequests } from './helper-requests.ts';
import { readIndexFile, removeLeftParts, storeName, writeIndexFile } from './index-file.ts';
import type { HeldIndex, WordsRequest, WordsSaid } from './indexer-messages.ts';

/** Changes since the last writing that are worth writing the file anew. */
const WORTH_SAVING_PAPERS = 1_000;
/** Segments below this are merged as they come; at the end of a build all are. */
const MANY_SEGMENTS = 3;

type Say = (said: WordsSaid) => void;

answerRequests(followWords);

async function followWords(db: Database['db'], { dataDir, target, held }: WordsRequest, say: Say): Promise<void> {
  const owner = await storeName(db);
  const file = join(dataDir, 'search-index.bin');
  const saved = held ? undefined : openSaved({ file, owner, target }, say);
  const { segments, changeSeq } = saved ?? taken(held);
  // Searches go to the index that was handed over before, which lies in shared memory and stays.
  const index = SearchIndex.of(segments, changeSeq, { isSearched: false });
  if (saved) say({ kind: 'index', index: heldOf(saved) });
  let changed = 0;
  await followStore(db, index, {
    target,
    onProgress: (done, total) => {
      changed = done;
      say({ kind: 'progress', done, total });
    },
  });
  const isBuilt = !held && changed > index.size / 2;
  if (isBuilt && index.segments.length > MANY_SEGMENTS) index.compact();
  say({ kind: 'index', index: heldOf(index) });
  // The answer comes first: a full disk keeps nobody from searching.
  if (changed >= WORTH_SAVING_PAPERS || (!held && !saved)) save({ file, owner, index }, say);
}

/** What was saved, if it is whole and of this store; otherwise the index is built anew, and it is said why. */
function openSaved(
  { file, owner, target }: { file: string; owner: string; target: number },
  say: Say,
): SearchIndex | undefined {
  removeLeftParts(file);
  try {
    const saved = readIndexFile(file, owner);
    // A store that was put back to an earlier state counts its changes anew.
    if (saved && saved.changeSeq > target)
      throw new Error(`it has followed ${saved.changeSeq} changes of a store that has had ${target}`);
    return saved;
  } catch (error) {
    say({ kind: 'warning', message: `the search index in ${file} is built anew: ${(error as Error).message}` });
    return undefined;
  }
}

function save({ file, owner, index }: { file: string; owner: string; index: SearchIndex }, say: Say): void {
  try {
    writeIndexFile(file, owner, index);
  } catch (error) {
    const reason = (error as Error).message;
    say({
      kind: 'warning',
      message: `the search index was not saved and will be built anew at the next start: ${reason}`,
    });
  }
}

function taken({ segments, changeSeq }: HeldIndex = { segments: [], changeSeq: -1 }) {
  return { segments: segments.map((bytes) => new Segment(bytes)), changeSeq };
}

function heldOf(index: SearchIndex): HeldIndex {
  return { changeSeq: index.changeSeq, segments: index.share() };
}
