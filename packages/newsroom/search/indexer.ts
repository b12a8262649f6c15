import { Worker } from 'node:worker_threads';
import type { IndexerMessage, IndexerRequest } from './indexer-messages.ts';

type Listener = (message: IndexerMessage) => void;

const listeners = new Map<number, Listener>();
let thread: Worker | undefined;
let requests = 0;

/**
 * Asks the process's indexing thread, and starts it with the first question. The process may end while the thread has
 * nothing to do; the thread ends with it.
 */
export function askIndexer(request: Omit<IndexerRequest, 'id'>, listen: Listener): void {
  thread ??= startThread();
  const id = ++requests;
  listeners.set(id, (message) => {
    if (message.kind === 'failed' || message.kind === 'done') {
      listeners.delete(id);
      if (listeners.size === 0) thread?.unref();
    }
    listen(message);
  });
  thread.ref();
  thread.postMessage({ ...request, id });
}

/** Ends the thread at once, so that a process that stops waits for no index; what it had not saved is read anew. */
export async function stopIndexer(): Promise<void> {
  listeners.clear();
  await thread?.terminate();
}

function startThread(): Worker {
  const started = new Worker(new URL('./indexer-thread.ts', import.meta.url), { name: 'search indexer' });
  started.on('message', (message: IndexerMessage) => listeners.get(message.id)?.(message));
  const lost = (error?: Error) => {
    if (thread === started) thread = undefined;
    for (const [id, listen] of listeners)
      listen({ id, kind: 'failed', message: error?.message ?? 'the indexing thread ended' });
  };
  started.on('error', lost);
  started.on('exit', () => lost());
  return started;
}
