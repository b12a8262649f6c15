import type { Jobs } from '@broadsheet/database/jobs';
import type { Host } from '../host/index.ts';
import { isChallengeWanted } from './challenges.ts';
import { readDecision } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import { askForTask } from './tasks.ts';
import { watchTurn } from './watch.ts';

/**
 * What follows an answer: the checks that are due, and a challenge where one is. Whether one is due is read off the record,
 * so whoever dies in between leaves it to the next turn.
 * @param jobs those that the worker of decisions takes its work from
 * @returns the work that writes the challenge; null where none is due, or other work is in hand
 */
export async function followTurn(
  host: Host,
  jobs: () => Promise<Jobs>,
  answered: DecisionState,
  readerId: number,
  signal: AbortSignal,
): Promise<string | null> {
  if (answered.machine.phase !== 'active') return null;
  const failed = await watchTurn(host, answered, signal).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  signal.throwIfAborted();
  // Another model challenges; that the first one could not be checked is no reason to leave it out.
  const task = await challengeIfDue(host, jobs, answered.id, readerId);
  if (failed) throw failed.error;
  return task;
}

/** Asks for the challenge that the record says is due, if one is. */
export async function challengeIfDue(
  host: Host,
  jobs: () => Promise<Jobs>,
  id: string,
  readerId: number,
): Promise<string | null> {
  const state = await readDecision(host.database.db, id);
  if (!state || !isChallengeWanted(state)) return null;
  try {
    return await askForTask(host, await jobs(), state, readerId, { kind: 'challenge', after: state.challenges.length });
  } catch (error) {
    // Other work is in hand; it is due still after the next turn.
    if (!(error instanceof Refused)) throw error;
    return null;
  }
}
