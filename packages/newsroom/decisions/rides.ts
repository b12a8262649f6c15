import { type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';

/** A small write that may run again where its transaction is tried again. */
type Write = (db: Kysely<Schema>) => Promise<unknown>;

/**
 * Writes that can wait for the next commit of the same piece of work, and go with it: a synced commit costs more than all
 * that we compute in a turn. What nobody takes along is written at the work's end; what a process takes with it when it
 * dies has a lease that says how long it counts.
 */
export class Rides {
  #waiting: readonly Write[] = [];

  add(write: Write): void {
    this.#waiting = [...this.#waiting, write];
  }

  /** Does `work` and what waits in one transaction; where it fails, what waits goes on waiting. */
  async commit<T>(host: Host, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
    const taken = this.#waiting;
    const result = await transaction(host.database, async (db) => {
      for (const write of taken) await write(db);
      return work(db);
    });
    this.#waiting = this.#waiting.slice(taken.length);
    return result;
  }

  async flush(host: Host): Promise<void> {
    if (this.#waiting.length > 0) await this.commit(host, async () => undefined);
  }
}
