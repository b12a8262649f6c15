import { Worker } from 'node:worker_threads';
import type { StageInput, StageResult } from './stage-work.ts';

/**
 * Computes a stage on a thread of its own: it takes seconds to a minute, and pages are served meanwhile.
 * @throws when the signal aborts, or when the thread fails; nothing was stored then
 */
export function computeStage(input: StageInput, signal?: AbortSignal): Promise<StageResult> {
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
    thread.once('message', (result: StageResult) => end(() => resolve(result)));
    thread.once('error', (error) => end(() => reject(error)));
    thread.once('exit', () => end(() => reject(new Error('the thread that computes a stage of topics ended.'))));
    thread.postMessage(input);
  });
}
