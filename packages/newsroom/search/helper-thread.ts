import { Worker } from 'node:worker_threads';

/** What a helper says of a request; behind `done` or `failed` comes no more. */
export type FromHelper<Said> = { id: number } & (
  | { kind: 'said'; said: Said }
  | { kind: 'failed'; message: string }
  | { kind: 'done' }
);

interface Waiting<Said> {
  hear(said: Said): void;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * A thread that does what this process asks, one thing after another. It starts with the first question and ends with
 * the process, which may end while the thread has nothing to do; or earlier, and its memory with it, when it was idle
 * for as long as it may be.
 */
export class HelperThread<Asked extends object, Said> {
  readonly #module: URL;
  readonly #name: string;
  readonly #waiting = new Map<number, Waiting<Said>>();
  readonly #idleMs: number;
  #thread: Worker | undefined;
  #ending: NodeJS.Timeout | undefined;
  #requests = 0;

  /**
   * @param module answers with `answerRequests`
   * @param idleMs for a thread that keeps nothing from one question to the next
   */
  constructor(module: URL, name: string, { idleMs = Number.POSITIVE_INFINITY } = {}) {
    this.#module = module;
    this.#name = name;
    this.#idleMs = idleMs;
  }

  /** @returns when all is done; rejects when it failed, or the thread ended */
  ask(request: Asked, hear: (said: Said) => void): Promise<void> {
    clearTimeout(this.#ending);
    const thread = this.#thread ?? this.#start();
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { hear, resolve, reject });
      thread.ref();
      thread.postMessage({ id, request });
    });
  }

  /** Ends the thread at once; what was asked is answered no more. */
  async stop(): Promise<void> {
    clearTimeout(this.#ending);
    this.#waiting.clear();
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(this.#module, { name: this.#name });
    this.#thread = thread;
    thread.on('message', (message: FromHelper<Said>) => this.#hear(message));
    const lost = (error = new Error(`the thread "${this.#name}" ended`)) => {
      // One that was idle for too long has a successor perhaps, and those who wait are waiting for that.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    thread.on('error', lost);
    thread.on('exit', () => lost());
    return thread;
  }

  #hear(message: FromHelper<Said>): void {
    const waiting = this.#waiting.get(message.id);
    if (message.kind === 'said') {
      waiting?.hear(message.said);
      return;
    }
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#rest();
    if (message.kind === 'done') waiting?.resolve();
    else waiting?.reject(new Error(message.message));
  }
  #rest(): void {
    this.#thread?.unref();
    if (this.#idleMs === Number.POSITIVE_INFINITY) return;
    this.#ending = setTimeout(() => {
      const thread = this.#thread;
      this.#thread = undefined;
      void thread?.terminate();
    }, this.#idleMs).unref();
  }
}
