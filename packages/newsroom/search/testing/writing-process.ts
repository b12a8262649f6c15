import { SearchIndex } from '@broadsheet/search-index';
import { writeWhole } from '../index-file.ts';

// Puts an index of three segments into INDEX_FILE and is killed when it has written KILLED_AFTER pieces of it.
const segments = [1, 2, 3].flatMap((id) => {
  const one = new SearchIndex();
  one.upsert({ id, title: `New ${id}`, authors: [], categories: [] });
  return one.segments;
});
const pieces = SearchIndex.of(segments, 1).save('a store');

function* dying(): Generator<Uint8Array> {
  for (const [written, piece] of pieces.entries()) {
    if (written === Number(process.env.KILLED_AFTER)) process.kill(process.pid, 'SIGKILL');
    yield piece;
  }
  // All is written; it has not taken the place of the file before.
  if (pieces.length === Number(process.env.KILLED_AFTER)) process.kill(process.pid, 'SIGKILL');
}

writeWhole(process.env.INDEX_FILE as string, dying());
