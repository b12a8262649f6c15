import { HelperThread } from './helper-thread.ts';
import type { VectorsRequest, VectorsSaid, WordsRequest, WordsSaid } from './indexer-messages.ts';

/** Words and vectors are made beside the thread that serves pages, and beside each other: papers are found by words while others are encoded. */
export const wordsThread = new HelperThread<WordsRequest, WordsSaid>(
  new URL('./words-thread.ts', import.meta.url),
  'search indexer',
  // What a build has left in its memory is a multiple of what a change takes, and only its end gives it back.
  { idleMs: 10_000 },
);
export const vectorsThread = new HelperThread<VectorsRequest, VectorsSaid>(
  new URL('./vectors-thread.ts', import.meta.url),
  'search encoder',
);

/** Ends both threads at once, so that a process that stops waits for no index; what was not saved is read anew. */
export async function stopIndexer(): Promise<void> {
  await Promise.all([wordsThread.stop(), vectorsThread.stop()]);
}
