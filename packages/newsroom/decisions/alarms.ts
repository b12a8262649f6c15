import { randomBytes } from 'node:crypto';
import { type CalibrationStage, livePrompt, recalibrateFrom } from '@broadsheet/methods/five-layer';
import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import { measureAnew } from './calibrate.ts';
import { endpointOf } from './endpoints/index.ts';
import type { DecisionEvent } from './events.ts';
import type * as inputs from './inputs.ts';
import { predicatesOf } from './predicates.ts';
import { append } from './record.ts';
import { Refused } from './refused.ts';
import { callModel, evidenceItems, tallied } from './session.ts';
import type { DecisionState } from './state.ts';
import { allowed, step } from './write.ts';

/** With the alarms that are meant, which who asks may leave open. */
export type Given<S extends z.ZodType> = z.output<S> & { readonly alarmIds: readonly string[] };

export function openAlarms(state: DecisionState) {
  return state.alarms.filter(({ closedBy }) => closedBy === null);
}

/** Something takes the place of advice that an alarm has fallen on: a fresh context, a neutral question, another model, a list. */
export async function replaceAdvice(
  host: Host,
  state: DecisionState,
  actor: string,
  { alarmIds, how }: Given<typeof inputs.Replace>,
  signal: AbortSignal,
): Promise<DecisionState> {
  const open = openAlarms(state).filter(({ id }) => alarmIds.includes(id));
  if (open.length === 0) throw new Refused('That alarm is closed already.');
  const advice =
    how === 'checklist'
      ? CHECKLIST
      : await neutralAdvice(host, state, how === 'other-model' ? 'second' : 'first', signal);
  const clears = open.map(
    ({ id }): DecisionEvent => ({ type: 'command', command: { type: 'clear-red', by: 'owner', alarmId: id } }),
  );
  const replaced: DecisionEvent = { type: 'replaced', alarmIds: open.map(({ id }) => id), how, advice };
  const next = await append(host, state, actor, [
    replaced,
    ...clears,
    ...(openAlarms(state).length === open.length && isStoppedByAlarm(state) ? [RESUME] : []),
  ]);
  // What the old model used to answer says nothing of the new one.
  return how === 'other-model' ? measureAnew(host, next, signal) : next;
}

const CHECKLIST =
  'Without a model: what would have to be true for each option? Which piece of evidence speaks against the one you like? What would somebody who has no stake choose? What is the cheapest step that would tell you more?';

/** The frozen question in a context of its own, with no lean stated. */
async function neutralAdvice(
  host: Host,
  state: DecisionState,
  which: 'first' | 'second',
  signal: AbortSignal,
): Promise<string> {
  const frozen = state.frozen.at(-1);
  if (!frozen) throw new Refused('The question is not frozen yet.');
  const endpoint = await endpointOf(host, state, which);
  const messages = livePrompt(
    frozen,
    evidenceItems(state),
    [{ role: 'human', text: 'What does the evidence say about each option?', status: 'ok' }],
    randomBytes(6).toString('hex'),
  );
  const place = { turn: 1, fork: `replacement ${state.alarms.length}`, context: 'clean' } as const;
  const request = { messages, maxTokens: 800, temperature: 0.3, place };
  const reply = await tallied(host, (tally) =>
    callModel(host, state, endpoint, request, tally, signal, { purpose: 'closing' }),
  );
  return reply.text;
}

export async function overrideAlarms(
  host: Host,
  state: DecisionState,
  actor: string,
  { alarmIds, reason }: Given<typeof inputs.Override>,
): Promise<DecisionState> {
  const isLast = openAlarms(state).every(({ id }) => alarmIds.includes(id)) && isStoppedByAlarm(state);
  const events: DecisionEvent[] = [{ type: 'command', command: { type: 'override', by: 'owner', alarmIds, reason } }];
  if (isLast) events.push(RESUME);
  return append(host, state, actor, allowed(state, events));
}

const RESUME: DecisionEvent = { type: 'command', command: { type: 'resume', by: 'owner' } };

/** Stopped by an alarm, and neither by a person nor by a stage that failed: then it goes on once no alarm is open. */
function isStoppedByAlarm({ machine, pausedBecause }: DecisionState): boolean {
  const isOtherwiseFree = machine.stage === 0 && machine.openProposals.length === 0;
  return machine.phase === 'suspended' && isOtherwiseFree && pausedBecause === null;
}

/** Calibrates anew from the stage that failed, else from the earliest one that a fallen statement belongs to. */
export function recalibrate(host: Host, state: DecisionState, actor: string): Promise<DecisionState> {
  const failed = state.machine.stage as CalibrationStage | 0;
  const from = failed || recalibrateFrom(predicatesOf(state)) || 2;
  return step(host, state, actor, { type: 'recalibrate', by: 'owner', from });
}
