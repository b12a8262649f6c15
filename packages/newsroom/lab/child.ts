import { type ChildProcess, fork } from 'node:child_process';
import type { RunResult } from '@broadsheet/experiments';
import type { RunnerEvent, UnitResult } from '@broadsheet/experiments/runner';
import type { ChildMessage, StartMessage } from './messages.ts';

const PROCESS = new URL('./run-process.ts', import.meta.url);
/** The last lines of a process that died say why; more would be noise. */
const LAST_WORDS = 2_000;

export interface ChildHooks {
  onStart(pid: number): void;
  onEvents(events: readonly RunnerEvent[]): Promise<void>;
  onUnit(key: string, result: UnitResult): Promise<void>;
}

/** The process of a run ended without a result or a reason: killed, or out of memory. Its finished units are stored. */
export class ProcessLostError extends Error {
  override name = 'ProcessLostError';
}

/**
 * Runs one attempt of a run in a process of its own. When the signal aborts, the process is killed.
 * @throws {ProcessLostError} when the process went away; what the run itself throws; the signal's reason
 */
export function runInProcess(start: StartMessage, hooks: ChildHooks, signal: AbortSignal): Promise<RunResult> {
  signal.throwIfAborted();
  const child = fork(PROCESS, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  hooks.onStart(child.pid ?? 0);
  return new Promise((resolve, reject) => {
    let lastWords = '';
    // Messages are worked through in their order, and all of them before the end is believed.
    let work: Promise<void> = Promise.resolve();
    let outcome: (() => void) | undefined;
    child.stderr?.on('data', (chunk) => {
      lastWords = (lastWords + chunk).slice(-LAST_WORDS);
    });
    const kill = () => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (message: ChildMessage) => {
      work = work.then(async () => {
        if (message.type === 'events') await hooks.onEvents(message.events);
        else if (message.type === 'unit') {
          await hooks.onUnit(message.key, message.result);
          answer(child, message.key);
        } else if (message.type === 'result') outcome = () => resolve(message.result);
        else outcome = () => reject(new Error(message.said));
      });
      // A store that does not answer ends the attempt; the job is taken up again.
      work.catch((error) => {
        outcome = () => reject(error);
        kill();
      });
    });
    child.once('error', reject);
    child.once('exit', (code, killedBy) => {
      signal.removeEventListener('abort', kill);
      void work
        .catch(() => undefined)
        .then(() => {
          if (signal.aborted) return reject(signal.reason);
          if (outcome) return outcome();
          const why = killedBy ? `was ended by ${killedBy}` : `ended with code ${code}`;
          reject(
            new ProcessLostError(
              `The process of the run ${why}.${lastWords ? ` Its last words: ${lastWords.trim()}` : ''}`,
            ),
          );
        });
    });
    child.send(start, (error) => error && reject(error));
  });
}

function answer(child: ChildProcess, key: string): void {
  if (child.connected) child.send({ stored: key }, () => undefined);
}
