import type { Host } from '../host/index.ts';
import { type Given, openAlarms, replaceAdvice } from './alarms.ts';
import { measureAnew, measureBaseline, runStages } from './calibrate.ts';
import { makeChallenge } from './challenges.ts';
import { challengeClaim } from './claims.ts';
import { confirmHolding, getReady } from './closing.ts';
import type * as inputs from './inputs.ts';
import { judgeRebuttal } from './judging.ts';
import { beginSaying } from './saying.ts';
import type { DecisionState } from './state.ts';
import { type Said, talk } from './talk.ts';
import { watchTurn } from './watch.ts';

/** What can be asked for, and with what. */
export type TaskWork =
  | { readonly kind: 'baseline' }
  | { readonly kind: 'calibrate' }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'measure' }
  | { readonly kind: 'replace'; readonly given: Given<typeof inputs.Replace> }
  /** How many there were when it was asked for. */
  | { readonly kind: 'challenge'; readonly after?: number }
  | { readonly kind: 'push'; readonly claim: string }
  | { readonly kind: 'verify' }
  | { readonly kind: 'judge'; readonly challenge: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'turn'; readonly said: Said };
export type TaskKind = TaskWork['kind'];

/** Does what was asked for, by whom it was asked. */
export async function carryOut(
  host: Host,
  state: DecisionState,
  actor: string,
  work: TaskWork,
  signal: AbortSignal,
): Promise<unknown> {
  switch (work.kind) {
    case 'baseline':
      return measureBaseline(host, state, signal);
    case 'calibrate':
      return runStages(host, state, signal);
    case 'confirm':
      return confirmHolding(host, state, actor, signal);
    case 'measure':
      return measureAnew(host, state, signal);
    case 'replace':
      return replace(host, state, actor, work.given, signal);
    case 'challenge':
      return makeChallenge(host, state, signal, work.after);
    case 'push':
      return challengeClaim(host, state, work.claim, signal);
    case 'verify':
      return state.hasResumed && state.machine.phase === 'active' ? watchTurn(host, state, signal) : state;
    case 'judge':
      return judgeRebuttal(host, state, work.challenge, signal);
    case 'ready':
      return getReady(host, state, actor, signal);
    case 'turn':
      return takeTurn(host, state, actor, work.said, signal);
  }
}

/**
 * A replacement, and where the same model goes on in a fresh context a look at all it does: one fault that stops each answer
 * would hide another, which only probes see.
 */
async function replace(
  host: Host,
  state: DecisionState,
  actor: string,
  given: Given<typeof inputs.Replace>,
  signal: AbortSignal,
): Promise<DecisionState> {
  // Taken up after the process that replaced it was lost: only what follows is left.
  const isReplaced = openAlarms(state).length === 0 && (state.baseline === null || state.hasResumed);
  if (isReplaced && state.baseline === null) return measureAnew(host, state, signal);
  const replaced = isReplaced ? state : await replaceAdvice(host, state, actor, given, signal);
  const goesOn = given.how === 'fresh-context' && replaced.machine.phase === 'active';
  return goesOn ? watchTurn(host, replaced, signal) : replaced;
}

/** A turn, told to whoever follows the decision in this process as it is said, and the checks that are due after it. */
async function takeTurn(host: Host, state: DecisionState, actor: string, said: Said, signal: AbortSignal) {
  const saying = beginSaying(host, state.id, said.key);
  const answered = await talk(host, state, actor, said, signal, saying.add).finally(saying.end);
  return answered.machine.phase === 'active' ? watchTurn(host, answered, signal) : answered;
}
