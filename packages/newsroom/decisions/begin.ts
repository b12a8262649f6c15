import { createHash } from 'node:crypto';
import { PROTOCOL_VERSION, THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';
import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import { BUNDLED, listEndpoints, SECOND_BUNDLED } from './endpoints/index.ts';
import type { DecisionEvent } from './events.ts';
import type * as inputs from './inputs.ts';
import { actorOf } from './people.ts';
import { append, readDecision } from './record.ts';
import { Refused } from './refused.ts';
import { type DecisionState, emptyDecision } from './state.ts';
import { type Person, stagePassed, withCommand, write } from './write.ts';

type Input<S extends z.ZodType> = z.output<S>;

/**
 * Begins a decision. The key makes it one however often the form is sent.
 * @param evidence what it begins with: a paper's abstract
 */
export async function createDecision(
  host: Host,
  owner: { readonly id: number },
  input: Input<typeof inputs.NewDecision>,
  evidence?: Input<typeof inputs.EvidenceInput>,
): Promise<DecisionState> {
  const { db } = host.database;
  const id = createHash('sha256').update(`${owner.id} ${input.key}`).digest('hex').slice(0, 16);
  const known = await readDecision(db, id);
  if (known) return known;
  await refuseUnknownModels(host, input);
  const { title, paperId, endpoint, second, judge, budgetTokens, budgetCalls, fault, stakes, isIrreversible } = input;
  if (stakes === 'critical' && host.settings.mode !== 'accounts')
    throw new Refused('Two people must sign what is critical, and this site has one reader. It needs accounts.');
  const events: DecisionEvent[] = [
    {
      type: 'created',
      title,
      ownerId: owner.id,
      paperId,
      endpoint,
      second,
      judge,
      budgetTokens,
      budgetCalls,
      budgetMicros: input.budgetMoney === null ? null : Math.round(input.budgetMoney * 1e6),
      thresholds: THRESHOLDS_V1.version,
      protocol: PROTOCOL_VERSION,
      ...(fault ? { fault } : {}),
    },
    {
      type: 'command',
      command: { type: 'start', by: 'owner', isEndpointReachable: true, hasBudget: true, stakes, isIrreversible },
    },
    ...(evidence ? [{ type: 'evidence', id: 'E1', ...evidence } as const] : []),
  ];
  try {
    return await append(host, emptyDecision(id), actorOf(owner.id), events);
  } catch (error) {
    // The second of two presses at once finds what the first has written.
    const written = await readDecision(db, id);
    if (written) return written;
    throw error;
  }
}

/** @throws {Refused} with the models that there are */
async function refuseUnknownModels(
  host: Host,
  { endpoint, second, judge }: Pick<Input<typeof inputs.NewDecision>, 'endpoint' | 'second' | 'judge'>,
): Promise<void> {
  const known = [BUNDLED, SECOND_BUNDLED, ...(await listEndpoints(host)).map(({ id }) => id)];
  for (const id of [endpoint, second, judge])
    if (id !== null && !known.includes(id))
      throw new Refused(`There is no model "${id}" here; there are ${known.join(', ')}.`);
}

/** First stage: who decides, what the model may do, what ends it. */
export async function giveContract(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Contract>,
): Promise<DecisionState> {
  return withCommand(host, state, actor, [{ type: 'contract', ...input }], stagePassed(state, 1));
}

/** Second stage: the question, fixed. */
export async function freezeQuestion(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Frozen>,
): Promise<DecisionState> {
  const { reason, options, ...question } = input;
  const event: DecisionEvent = {
    type: 'frozen',
    question: { ...question, options: withIds(options, state), version: 1 },
    reason,
  };
  return withCommand(host, state, actor, [event], stagePassed(state, 2));
}

/**
 * Changes the question later, with a reason; both versions stay on record, and the model is measured on the new one.
 * @throws {Refused} where it cannot be changed now
 */
export async function amendQuestion(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Frozen>,
): Promise<DecisionState> {
  const { reason, options, ...question } = input;
  if (!['calibrating', 'active', 'suspended'].includes(state.machine.phase))
    throw new Refused(`The question of a decision that is ${state.machine.phase} cannot be amended.`);
  if (reason === '') throw new Refused('Say why the question changes; both versions stay on record.');
  const version = state.frozen.length + 1;
  const amended = { ...question, options: withIds(options, state), version };
  return write(host, state, actor, { type: 'frozen', question: amended, reason });
}

/** An option keeps its id as long as its words stay; forecasts and harms that were given for other words do not go over to it. */
function withIds(options: Input<typeof inputs.Frozen>['options'], { frozen }: DecisionState) {
  const known = frozen.flatMap((version) => version.options);
  const taken = new Set([...known.map(({ id }) => id), ...options.map(({ id }) => id)]);
  const free = LETTERS.filter((letter) => !taken.has(letter));
  return options.map(({ id, text }) => {
    const same = known.findLast((option) => option.text === text);
    return same ?? { id: id ?? (free.shift() as string), text };
  });
}

/** Eight options a version: enough for thirty amendments that change every one of them. */
const LETTERS = ['', '1', '2', '3', '4', '5', '6', '7', '8', '9'].flatMap((round) =>
  [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `${letter}${round}`),
);

/**
 * What somebody expects: the owner's first one is the third stage, before a model has said a word; members give theirs
 * until it has; later come updates, and the final one.
 */
export async function giveForecast(
  host: Host,
  state: DecisionState,
  { actor, role }: Person,
  input: Input<typeof inputs.Forecast>,
): Promise<DecisionState> {
  const options = state.frozen.at(-1)?.options ?? [];
  if (options.length === 0) throw new Refused('The question is not frozen yet; there is nothing to forecast.');
  const missing = options.filter(({ id }) => input.p[id] === undefined);
  if (missing.length > 0)
    throw new Refused(`Give a probability for each option; missing: ${missing.map(({ text }) => text).join(', ')}.`);
  if (!options.some(({ id }) => id === input.leansTo)) throw new Refused('Say to which of the options you lean.');
  const event: DecisionEvent = { type: 'forecast', by: actor, ...input };
  if (input.phase !== 'prior') return write(host, state, actor, event);
  if (state.chat.length > 0) throw new Refused('A first forecast comes before any model text.');
  if (state.forecasts.some(({ by }) => by === actor)) throw new Refused('Your first forecast is sealed already.');
  return role === 'owner'
    ? withCommand(host, state, actor, [event], stagePassed(state, 3))
    : write(host, state, actor, event);
}

/** Whether somebody is still to write down what they expect, and must not be shown what others do before that. */
export function isBlind({ forecasts, chat }: DecisionState, actor: string, role: Person['role'] | 'observer'): boolean {
  return role === 'member' && chat.length === 0 && !forecasts.some(({ by }) => by === actor);
}

export async function nameBiases(
  host: Host,
  state: DecisionState,
  actor: string,
  { items }: Input<typeof inputs.Biases>,
): Promise<DecisionState> {
  return write(host, state, actor, { type: 'biases', items });
}

export async function setStakeholder(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.StakeholderInput>,
): Promise<DecisionState> {
  return write(host, state, actor, { type: 'stakeholder', ...input });
}

export async function addEvidence(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.EvidenceInput>,
): Promise<DecisionState> {
  return write(host, state, actor, { type: 'evidence', id: `E${state.evidenceGiven + 1}`, ...input });
}

/** Takes a piece of evidence back; claims that rested on it are open again. */
export async function withdrawEvidence(
  host: Host,
  state: DecisionState,
  actor: string,
  { id, reason }: Input<typeof inputs.WithdrawEvidence>,
): Promise<DecisionState> {
  if (!state.evidence.some((item) => item.id === id)) throw new Refused(`There is no evidence ${id} in this decision.`);
  return write(host, state, actor, { type: 'evidence-withdrawn', id, reason });
}
