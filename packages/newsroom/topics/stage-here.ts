import { Worker } from 'node:worker_threads';
import type { DatedPaper, FirstTopics } from './first-topics.ts';
import type { StageInput, StageResult } from './stage-work.ts';

export type ThreadWork = { what: 'stage'; input: StageInput } | { what: 'first'; papers: DatedPaper[] };
/** What the thread says: how many texts are read, and at last what came out. */
export type ThreadAnswer = { read: number; of: number } | { result: StageResult | FirstTopics };

/**
 * Computes a stage on a thread of its own: it takes seconds to a minute, and pages are served meanwhile.
 * @throws when the signal aborts, or when the thread fails; nothing was stored then
 */
export function computeStage(input: StageInput, signal?: AbortSignal): Promise<StageResult> {
  return onThread({ what: 'stage', input }, { signal }) as Promise<StageResult>;
}

/** As `computeStage`, the topics that a site begins with. */
export function computeFirst(
  papers: DatedPaper[],
  options: { signal?: AbortSignal; onProgress?: (read: number, of: number) => void } = {},
): Promise<FirstTopics> {
  return onThread({ what: 'first', papers }, options) as Promise<FirstTopics>;
}

function onThread(
  work: ThreadWork,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (read: number, of: number) => void },
): Promise<StageResult | FirstTopics> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const thread = new Worker(new URL('./stage-thread.ts', import.meta.url), { name: 'topics stage' });
    const end = (settle: () => void) => {
      signal?.removeEventListener('abort', stop);
      void thread.terminate();
      settle();
    };
    const stop = () => end(() => reject(signal?.reason));
    signal?.addEventListener('abort', stop, { once: true });
    thread.on('message', (answer: ThreadAnswer) => {
      if ('result' in answer) end(() => resolve(answer.result));
      else onProgress?.(answer.read, answer.of);
    });
    thread.once('error', (error) => end(() => reject(error)));
    thread.once('exit', () => end(() => reject(new Error('the thread that computes a stage of topics ended.'))));
    thread.postMessage(work);
  });
}
