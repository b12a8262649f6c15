import { type ChildProcess, fork } from 'node:child_process';
import type { PartOutcome, RunEvent } from '@broadsheet/experiments';
import { WorkerLostError, type WorkerPool, type WorkUnit } from '@broadsheet/experiments/runner';

const PROCESS = new URL('./unit-process.ts', import.meta.url);
const LAST_WORDS = 2000;

/** What a unit's process tells its parent. */
export type UnitMessage =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'outcomes'; readonly outcomes: PartOutcome[] }
  | { readonly type: 'failed'; readonly said: string };

/**
 * Processes of this machine as a runner's workers. Processes and not threads: a stop kills them at any moment, whatever
 * native code is at work, and a crash takes nothing else along.
 */
export function openProcessPool(size: number): WorkerPool & { close(): void } {
  const idle: ChildProcess[] = [];
  const all = new Set<ChildProcess>();
  const take = () => {
    const known = idle.pop();
    if (known) return known;
    const child = fork(PROCESS, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
    all.add(child);
    child.once('exit', () => {
      all.delete(child);
      if (idle.includes(child)) idle.splice(idle.indexOf(child), 1);
    });
    return child;
  };
  return {
    size,
    async run(unit, onEvent, signal) {
      signal.throwIfAborted();
      const child = take();
      const outcomes = await ask(child, unit, onEvent, signal);
      idle.push(child);
      return outcomes;
    },
    close() {
      for (const child of all) child.kill('SIGKILL');
    },
  };
}

function ask(
  child: ChildProcess,
  unit: WorkUnit,
  onEvent: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<PartOutcome[]> {
  return new Promise((resolve, reject) => {
    let lastWords = '';
    const hearWords = (chunk: Buffer) => {
      lastWords = (lastWords + chunk).slice(-LAST_WORDS);
    };
    const hear = (message: UnitMessage) => {
      if (message.type === 'event') onEvent(message.event);
      else if (message.type === 'outcomes') finish(() => resolve(message.outcomes));
      else finish(() => reject(new Error(message.said)));
    };
    const lost = (code: number | null, killedBy: string | null) =>
      finish(() => {
        const why = killedBy ? `was ended by ${killedBy}` : `ended with code ${code}`;
        reject(new WorkerLostError(`The process of ${unit.part} ${why}. ${lastWords.trim()}`.trim()));
      });
    const stop = () =>
      finish(() => {
        child.kill('SIGKILL');
        reject(signal.reason);
      });
    const finish = (then: () => void) => {
      child.off('message', hear).off('exit', lost).off('error', reject);
      child.stderr?.off('data', hearWords);
      signal.removeEventListener('abort', stop);
      then();
    };
    child.on('message', hear).once('exit', lost).once('error', reject);
    child.stderr?.on('data', hearWords);
    signal.addEventListener('abort', stop, { once: true });
    child.send(unit, (error) => error && finish(() => reject(new WorkerLostError(error.message))));
  });
}
