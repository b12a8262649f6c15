import { parentPort } from 'node:worker_threads';
import { type Database, openStore, type StoreAddress } from '@broadsheet/database';
import type { FromHelper } from './helper-thread.ts';

/** The thread's side of `HelperThread`: requests are done one after another, each with a connection of its own. */
export function answerRequests<Asked extends { store: StoreAddress }, Said>(
  work: (db: Database['db'], request: Asked, say: (said: Said) => void) => Promise<void>,
): void {
  const tell = (message: FromHelper<Said>) => parentPort?.postMessage(message);
  let turn: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ id, request }: { id: number; request: Asked }) => {
    turn = turn
      .then(() => onStore(request.store, (db) => work(db, request, (said) => tell({ id, kind: 'said', said }))))
      .then(() => tell({ id, kind: 'done' }))
      .catch((error: Error) => tell({ id, kind: 'failed', message: error.stack ?? error.message }));
  });
}

async function onStore(address: StoreAddress, work: (db: Database['db']) => Promise<void>): Promise<void> {
  const database = openStore(address);
  try {
    await work(database.db);
  } finally {
    await database.close();
  }
}
