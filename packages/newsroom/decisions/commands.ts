import { randomBytes } from 'node:crypto';
import {
  advance,
  brier,
  type Command,
  checkStakeholders,
  isOver,
  livePrompt,
  PROTOCOL_VERSION,
  type PredicateVector,
  readPredicates,
  THRESHOLDS_V1,
} from '@broadsheet/methods/five-layer';
import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import { baselineOf } from './calibrate.ts';
import { endpointOf } from './endpoints/index.ts';
import type { ChallengeKind, DecisionEvent } from './events.ts';
import { CHALLENGE_KINDS } from './events.ts';
import type * as inputs from './inputs.ts';
import { append } from './record.ts';
import { Refused } from './refused.ts';
import { callModel, evidenceItems, newTally } from './session.ts';
import { type DecisionState, emptyDecision } from './state.ts';
import { watchTurn } from './watch.ts';

type Input<S extends z.ZodType> = z.output<S>;

export async function createDecision(
  host: Host,
  owner: { id: number; name: string },
  input: Input<typeof inputs.NewDecision>,
): Promise<DecisionState> {
  const empty = emptyDecision(randomBytes(8).toString('hex'));
  const { title, paperId, endpoint, second, budgetTokens, fault, stakes, isIrreversible } = input;
  return append(host, empty, owner.name, [
    {
      type: 'created',
      title,
      ownerId: owner.id,
      paperId,
      endpoint,
      second,
      budgetTokens,
      thresholds: THRESHOLDS_V1.version,
      protocol: PROTOCOL_VERSION,
      ...(fault ? { fault } : {}),
    },
    {
      type: 'command',
      command: {
        type: 'start',
        by: 'owner',
        isEndpointReachable: true,
        hasBudget: budgetTokens > 0,
        stakes,
        isIrreversible,
      },
    },
  ]);
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

/** Second stage, or later an amendment with a reason: the question, fixed. */
export async function freezeQuestion(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Frozen>,
): Promise<DecisionState> {
  const { reason, ...question } = input;
  const isAmendment = state.frozen.length > 0;
  if (isAmendment && reason === '') throw new Refused('Say why the question changes; both versions stay on record.');
  const event: DecisionEvent = { type: 'frozen', question: { ...question, version: state.frozen.length + 1 }, reason };
  return isAmendment
    ? write(host, state, actor, event)
    : withCommand(host, state, actor, [event], stagePassed(state, 2));
}

/** Third stage: what the owner expects before a model has said a word; later updates, and the final one. */
export async function giveForecast(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Forecast>,
): Promise<DecisionState> {
  const options = state.frozen.at(-1)?.options ?? [];
  const missing = options.filter(({ id }) => input.p[id] === undefined);
  if (missing.length > 0)
    throw new Refused(`Give a probability for each option; missing: ${missing.map(({ text }) => text).join(', ')}.`);
  if (!options.some(({ id }) => id === input.leansTo)) throw new Refused('Say to which of the options you lean.');
  if (input.phase === 'prior' && state.chat.length > 0)
    throw new Refused('A first forecast comes before any model text.');
  const event: DecisionEvent = { type: 'forecast', by: actor, ...input };
  return input.phase === 'prior'
    ? withCommand(host, state, actor, [event], stagePassed(state, 3))
    : write(host, state, actor, event);
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
  const number = state.evidence.reduce((most, { id }) => Math.max(most, Number(id.slice(1)) || 0), 0) + 1;
  return write(host, state, actor, { type: 'evidence', id: `E${number}`, ...input });
}

/** Calibration is over: the owner confirms what the newest checks say. */
export async function confirmHolding(
  host: Host,
  state: DecisionState,
  actor: string,
  signal: AbortSignal,
): Promise<DecisionState> {
  if (state.machine.phase !== 'calibrating')
    throw new Refused('It is not being calibrated; there is nothing to confirm.');
  const watched = await watchTurn(host, state, signal, { isClosing: true });
  return withCommand(host, watched, actor, [], {
    type: 'confirm',
    by: 'owner',
    predicates: predicatesOf(watched),
    oldestCheckMs: 0,
  });
}

/** The six statements as the newest checks give them; what nothing was said about yet passes: there was no occasion to break it. */
export function predicatesOf(state: DecisionState): PredicateVector {
  const resolved = state.seen.checkable.slice(-20);
  const claims = state.claims.filter(({ turn }) => turn > 0);
  const grounded =
    claims.length === 0
      ? null
      : claims.filter((claim) => claim.state === 'supported' || claim.resolvedBy !== null).length / claims.length;
  const checks = new Map([...state.checks].map(([id, check]) => [id, check] as const));
  const vector = readPredicates(
    checks,
    { brierScore: resolved.length === 0 ? null : brier(resolved), groundedShare: grounded },
    THRESHOLDS_V1,
  );
  const isEarly = state.chat.length === 0;
  return Object.fromEntries(
    Object.entries(vector).map(([id, result]) => [id, isEarly && result === 'skipped' ? 'pass' : result]),
  ) as unknown as PredicateVector;
}

/** Something takes the place of advice that an alarm has fallen on: a fresh context, a neutral question, another model, a list. */
export async function replaceAdvice(
  host: Host,
  state: DecisionState,
  actor: string,
  { alarmIds, how }: Input<typeof inputs.Replace>,
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
  const isLast =
    openAlarms(state).length === open.length && state.machine.phase === 'suspended' && state.machine.stage === 0;
  const next = await append(host, state, actor, [
    replaced,
    ...clears,
    ...(isLast ? [{ type: 'command', command: { type: 'resume', by: 'owner' } } as const] : []),
  ]);
  if (how !== 'other-model') return next;
  // What the old model used to answer says nothing of the new one.
  return append(host, next, 'system', [(await baselineOf(host, next, signal)).event]);
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
  const reply = await callModel(
    host,
    state,
    endpoint,
    { messages, maxTokens: 800, temperature: 0.3, place },
    newTally(),
    signal,
    { isClosing: true },
  );
  return reply.text;
}

export async function overrideAlarms(
  host: Host,
  state: DecisionState,
  actor: string,
  { alarmIds, reason }: Input<typeof inputs.Override>,
): Promise<DecisionState> {
  const isLast =
    openAlarms(state).every(({ id }) => alarmIds.includes(id)) &&
    state.machine.phase === 'suspended' &&
    state.machine.stage === 0;
  const events: DecisionEvent[] = [{ type: 'command', command: { type: 'override', by: 'owner', alarmIds, reason } }];
  if (isLast) events.push({ type: 'command', command: { type: 'resume', by: 'owner' } });
  return append(host, state, actor, allowed(state, events));
}

export function openAlarms(state: DecisionState) {
  return state.alarms.filter(({ closedBy }) => closedBy === null);
}

/** The next challenge: a kind not used yet, made by the second model in the third person, which does not know who prefers what. */
export async function makeChallenge(host: Host, state: DecisionState, signal: AbortSignal): Promise<DecisionState> {
  const frozen = state.frozen.at(-1);
  if (!frozen) throw new Refused('The question is not frozen yet.');
  if (state.machine.phase !== 'active') throw new Refused('A model is asked for challenges in a live session only.');
  const used = state.challenges.map(({ kind }) => kind);
  const kind =
    CHALLENGE_KINDS.find((each) => !used.includes(each)) ?? CHALLENGE_KINDS[used.length % CHALLENGE_KINDS.length];
  const endpoint = await endpointOf(host, state, 'second');
  const messages = livePrompt(
    frozen,
    evidenceItems(state),
    [{ role: 'human', text: CHALLENGES[kind], status: 'ok' }],
    randomBytes(6).toString('hex'),
  );
  const place = { turn: 1, fork: `challenge ${state.challenges.length}`, context: 'clean' } as const;
  const reply = await callModel(
    host,
    state,
    endpoint,
    { messages, maxTokens: 500, temperature: 0.7, place },
    newTally(),
    signal,
  );
  return append(host, state, 'challenger', [
    { type: 'challenge', id: `challenge-${state.challenges.length + 1}`, kind, text: reply.text },
  ]);
}

const CHALLENGES: Readonly<Record<ChallengeKind, string>> = {
  premortem:
    'Some people have chosen as they were about to. A year later it has failed. Write down how it came to that.',
  'opposing-case': 'Write the strongest case for the option that gets least attention here.',
  'base-rate': 'How often do choices of this kind turn out well elsewhere, and what is different here?',
  'other-explanation': 'What else could explain the result that this rests on?',
  'evidence-demand': 'Which single piece of evidence that is not in the store would change this most?',
  'kill-criterion': 'Which criterion that would end it is nearest to being met already?',
};

export async function resolveChallenge(
  host: Host,
  state: DecisionState,
  actor: string,
  input: Input<typeof inputs.Resolve>,
): Promise<DecisionState> {
  const challenge = state.challenges.find(({ id }) => id === input.id);
  if (!challenge) throw new Refused('There is no such challenge.');
  const unknown = input.evidenceIds.filter((id) => !state.evidence.some((item) => item.id === id));
  if (unknown.length > 0) throw new Refused(`There is no evidence ${unknown.join(', ')} in this decision.`);
  return write(host, state, actor, { type: 'challenge-resolved', ...input });
}

export async function resolveClaim(
  host: Host,
  state: DecisionState,
  actor: string,
  id: string,
  how: string,
): Promise<DecisionState> {
  if (!state.claims.some((claim) => claim.id === id)) throw new Refused('There is no such claim.');
  return write(host, state, actor, { type: 'claim-resolved', id, how });
}

/** Everything that a decision needs, checked once more, and then the owner may sign. */
export async function getReady(
  host: Host,
  state: DecisionState,
  actor: string,
  signal: AbortSignal,
): Promise<DecisionState> {
  if (state.machine.phase !== 'active') throw new Refused('Only a live session gets ready to decide.');
  const watched = await watchTurn(host, state, signal, { isClosing: true });
  if (watched.machine.phase !== 'active') return watched;
  const resolved = watched.challenges.filter(({ as }) => as !== 'open');
  const coverage = checkStakeholders(watched.stakeholders, watched.frozen.at(-1)?.options.map(({ id }) => id) ?? []);
  return withCommand(host, watched, actor, [], {
    type: 'ready',
    by: 'owner',
    readiness: {
      resolvedChallenges: resolved.length,
      resolvedPremortems: resolved.filter(({ kind }) => kind === 'premortem').length,
      openLoadBearingClaims: watched.claims.filter((claim) => claim.state !== 'supported' && claim.resolvedBy === null)
        .length,
      areStakeholdersCovered: coverage.result === 'pass',
      hasFinalForecast: watched.forecasts.some(({ phase }) => phase === 'final'),
    },
  });
}

export async function signDecision(
  host: Host,
  state: DecisionState,
  person: { name: string; role: 'owner' | 'member' },
  input: Input<typeof inputs.Sign>,
): Promise<DecisionState> {
  const { skipCoolOffBecause, ...signed } = input;
  if (!state.frozen.at(-1)?.options.some(({ id }) => id === signed.optionId))
    throw new Refused('Say which of the options you choose.');
  const sinceReadyMs = state.readyAt === null ? 0 : host.now() - Date.parse(state.readyAt);
  const command: Command = { type: 'sign', by: person.role, person: person.name, sinceReadyMs, skipCoolOffBecause };
  return withCommand(host, state, person.name, [{ type: 'signed', person: person.name, ...signed }], command);
}

export function dissolveDecision(
  host: Host,
  state: DecisionState,
  actor: string,
  { kind, reason }: Input<typeof inputs.Dissolve>,
): Promise<DecisionState> {
  return withCommand(host, state, actor, [{ type: 'dissolved', kind, reason }], {
    type: 'dissolve',
    by: 'owner',
    reason,
  });
}

export function reviewDecision(
  host: Host,
  state: DecisionState,
  actor: string,
  role: 'owner' | 'member',
  input: Input<typeof inputs.Review>,
): Promise<DecisionState> {
  return withCommand(host, state, actor, [{ type: 'reviewed', ...input }], {
    type: 'review',
    by: role,
    outcome: input.outcome,
  });
}

/** Any step of the state machine that carries nothing else. @throws {Refused} */
export function step(host: Host, state: DecisionState, actor: string, command: Command): Promise<DecisionState> {
  return withCommand(host, state, actor, [], command);
}

function stagePassed(state: DecisionState, stage: number): Command {
  if (state.machine.phase !== 'initialising' || state.machine.stage !== stage)
    throw new Refused(`That belongs to stage ${stage}; this decision is elsewhere.`);
  return { type: 'pass-stage', by: 'owner', missing: [] };
}

/** Appends what no command belongs to. @throws {Refused} once the decision has ended: hindsight does not get into a record */
function write(host: Host, state: DecisionState, actor: string, event: DecisionEvent): Promise<DecisionState> {
  if (isOver(state.machine.phase)) throw new Refused(`It is ${state.machine.phase}; its record takes nothing more in.`);
  return append(host, state, actor, [event]);
}

/** Appends events with the command that they belong to; neither without the other. */
async function withCommand(
  host: Host,
  state: DecisionState,
  actor: string,
  events: readonly DecisionEvent[],
  command: Command,
): Promise<DecisionState> {
  return append(host, state, actor, allowed(state, [...events, { type: 'command', command }]));
}

/** @throws {Refused} when the state machine refuses one of the commands */
function allowed(state: DecisionState, events: readonly DecisionEvent[]): readonly DecisionEvent[] {
  let machine = state.machine;
  for (const event of events) {
    if (event.type !== 'command') continue;
    const next = advance(machine, event.command);
    if (!next.ok) throw new Refused(next.why);
    machine = next.machine;
  }
  return events;
}
