import {
  advance,
  COOL_OFF_MS,
  type Command,
  type DetectorId,
  NOTHING_OBSERVED,
  type Observations,
  PREDICATES,
  type StoredEvent,
  stateOf,
  sunkCostWords,
} from '@broadsheet/methods/five-layer';
import type { DecisionEvent } from './events.ts';
import { afterReplacement } from './models-of.ts';
import { actorOf } from './people.ts';
import { type Alarm, type DecisionState, emptyDecision } from './state.ts';

/** Replays a record: the same events give the same state. */
export function replay(id: string, events: readonly StoredEvent[]): DecisionState {
  const left = leftOfErased(events);
  return events.reduce((state, event) => replayEvent(state, event, left.get(event.seq)), emptyDecision(id));
}

/** What stands in the place of erased events: their shape without their words, so that what followed still follows. */
export function leftOfErased(events: readonly StoredEvent[]): Map<number, DecisionEvent> {
  const left = new Map<number, DecisionEvent>();
  const take = (event: DecisionEvent | null) => {
    if (event?.type !== 'erased') return;
    for (const each of event.of) {
      left.set(each.seq, each.left);
      // The reason of an erasure can be erased too, and what it had left stays.
      take(each.left);
    }
  };
  for (const { payload } of events) take(payload as unknown as DecisionEvent | null);
  return left;
}

/** One event further. @param left what is left of it where its content was erased */
export function replayEvent(state: DecisionState, event: StoredEvent, left?: DecisionEvent): DecisionState {
  const { at, seq, hash } = event;
  const moved = { ...state, updatedAt: at, createdAt: state.createdAt || at, head: { seq, hash } };
  const said = (event.payload as unknown as DecisionEvent | null) ?? left;
  if (!said) return moved;
  const next = apply(moved, said, at);
  return CHANGES.has(said.type) ? { ...next, changes: [...next.changes, { seq, type: said.type }] } : next;
}

/** What a state comes to with events that are not on record yet. */
export function applied(state: DecisionState, events: readonly DecisionEvent[]): DecisionState {
  return events.reduce((now, event) => apply(now, event, now.updatedAt), state);
}

/** What a challenge can be accepted with. */
const CHANGES: ReadonlySet<DecisionEvent['type']> = new Set([
  ...(['frozen', 'forecast', 'evidence', 'evidence-withdrawn'] as const),
  ...(['stakeholder', 'assumption', 'assumption-judged', 'criterion-met', 'claim-resolved'] as const),
]);

function apply(state: DecisionState, event: DecisionEvent, at: string): DecisionState {
  switch (event.type) {
    case 'created':
      return {
        ...state,
        title: event.title,
        ownerId: event.ownerId,
        paperId: event.paperId,
        endpoint: event.endpoint,
        second: event.second,
        judge: event.judge,
        budget: { tokens: event.budgetTokens, calls: event.budgetCalls, micros: event.budgetMicros },
        fault: event.fault ?? null,
      };
    case 'member': {
      const { reader, role } = event;
      const others = state.members.filter((member) => member.reader !== reader);
      return { ...state, members: role === null ? others : [...others, { reader, role }] };
    }
    case 'owner':
      return { ...state, ownerId: event.readerId };
    case 'contract':
      return { ...state, contract: event };
    case 'frozen':
      return {
        ...state,
        frozen: [...state.frozen, { ...event.question, reason: event.reason }],
        // Texts and answers within the old scope say nothing of the new one; those lamps go grey until they are checked.
        seen: {
          ...state.seen,
          options: event.question.options.map((option) => option.id),
          distances: [],
          proposals: [],
          looks: [],
        },
        checks: new Map([...state.checks].filter(([detector]) => !OF_THE_QUESTION.has(detector))),
        baseline: null,
      };
    case 'forecast':
      return withForecast(state, event, at);
    case 'biases':
      return { ...state, biases: event.items };
    case 'stakeholder': {
      const { name, impacts, hasUpside } = event;
      const stakeholders = [...state.stakeholders.filter((other) => other.name !== name), { name, impacts, hasUpside }];
      return { ...state, stakeholders, seen: { ...state.seen, stakeholders } };
    }
    case 'evidence': {
      const { id, source, title, text, direction } = event;
      const turn = state.seen.turn;
      return {
        ...state,
        evidence: [...state.evidence, { id, source, title, text, direction, turn }],
        evidenceGiven: state.evidenceGiven + 1,
        seen: { ...state.seen, evidence: [...state.seen.evidence, { direction, turn }] },
      };
    }
    case 'evidence-withdrawn':
      return withoutEvidence(state, event.id);
    case 'baseline':
      return {
        ...state,
        baseline: event,
        abilities: event.abilities ?? null,
        seen: { ...state.seen, endpointNoise: event.noise, windowTokens: event.windowTokens },
      };
    case 'stage':
      return { ...state, stages: [...state.stages, event] };
    case 'command':
      return withCommand(state, event, at);
    case 'turn':
      return {
        ...state,
        chat: [
          ...state.chat,
          { role: event.role, text: event.text, status: event.status, key: event.key, at, inContext: true },
        ],
        seen:
          event.role === 'human'
            ? { ...state.seen, sunkCost: [...state.seen.sunkCost, sunkCostWords(event.text)] }
            : event.status === 'ok' && event.ms !== undefined
              ? { ...state.seen, latencies: [...state.seen.latencies, event.ms] }
              : state.seen,
      };
    case 'claims':
      return {
        ...state,
        claims: [
          ...state.claims,
          ...event.claims.map((claim) => ({ ...claim, turn: event.turn, resolvedBy: null, pushed: null })),
        ],
      };
    case 'claim-resolved':
      return {
        ...state,
        claims: state.claims.map((claim) => (claim.id === event.id ? { ...claim, resolvedBy: event.how } : claim)),
      };
    case 'observed':
      return {
        ...state,
        seen: observe(state.seen, event.set, event.add),
        quarantined: [...new Set([...state.quarantined, ...obeyed(event.set)])],
      };
    case 'checked':
      return {
        ...state,
        checks: new Map([...state.checks, ...event.checks.map((check) => [check.detector, { ...check, at }] as const)]),
        spentOnChecks: {
          calls: state.spentOnChecks.calls + event.cost.calls,
          tokens: state.spentOnChecks.tokens + event.cost.tokens,
        },
      };
    case 'alarm': {
      const { id, detector, detail, cause } = event;
      return { ...state, alarms: [...state.alarms, { id, detector, detail, cause, raisedAt: at, closedBy: null }] };
    }
    case 'replaced':
      return withReplacement(state, event);
    case 'claim-pushed': {
      const { id, gaveUpAt, isMovedByEvidence } = event;
      const pushed = { gaveUpAt, isMovedByEvidence };
      return { ...state, claims: state.claims.map((claim) => (claim.id === id ? { ...claim, pushed } : claim)) };
    }
    case 'assumption': {
      const { type: _, ...said } = event;
      const others = state.assumptions.filter(({ id }) => id !== event.id);
      return { ...state, assumptions: [...others, { ...said, status: 'open', why: '' }] };
    }
    case 'assumption-judged': {
      const { id, status, why } = event;
      return {
        ...state,
        assumptions: state.assumptions.map((each) => (each.id === id ? { ...each, status, why } : each)),
      };
    }
    case 'criterion-met':
      return { ...state, criteriaMet: [...state.criteriaMet, event] };
    case 'predicates': {
      const isLost = stateOf(event.vector) === 'lost';
      const before = state.vectors.at(-1);
      const isNewLoss = isLost && (event.when === 'alarm' || !before || stateOf(before) !== 'lost');
      return {
        ...state,
        vectors: [...state.vectors, event.vector],
        losses: state.losses + (isNewLoss && state.recalibrations > 0 ? 1 : 0),
        hasResumed: false,
      };
    }
    case 'budget-gone':
      return { ...state, isBudgetGone: true };
    case 'dissolution-proposed': {
      const { type: _, ...proposal } = event;
      return { ...state, dissolutionProposals: [...state.dissolutionProposals, { ...proposal, at, answer: null }] };
    }
    case 'reopened':
      return { ...state, dissolution: null, reopenings: [...state.reopenings, { ...event, at }] };
    case 'challenge': {
      const { type: _, ...made } = event;
      return { ...state, challenges: [...state.challenges, { ...OPEN, ...made, seq: state.head.seq }] };
    }
    case 'challenge-resolved':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id
            ? {
                ...challenge,
                as: event.as,
                response: event.response,
                dueOn: event.dueOn,
                evidenceIds: event.evidenceIds,
                owner: event.owner ?? null,
                change: event.change ?? null,
              }
            : challenge,
        ),
      };
    case 'judged':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id ? { ...challenge, verdict: event.verdict } : challenge,
        ),
      };
    case 'signed':
      return { ...state, signatures: [...state.signatures, event] };
    case 'dissolved':
      return {
        ...state,
        dissolution: { ...UNSAID, ...event, at },
        dissolutionProposals: state.dissolutionProposals.map((each) => ({
          ...each,
          answer: each.answer ?? 'confirmed',
        })),
      };
    case 'reviewed':
      return { ...state, review: event };
    case 'erased':
      return state;
  }
}

/** @throws when the record holds a command that its state refuses: then it was not written by this program. */
function withCommand(
  state: DecisionState,
  { command }: Extract<DecisionEvent, { type: 'command' }>,
  at: string,
): DecisionState {
  const next = advance(state.machine, command);
  if (!next.ok) throw new Error(`The record of decision ${state.id} cannot be read at ${at}: ${next.why}`);
  const moved = moveOn({ ...state, machine: next.machine }, command, at);
  if (command.type === 'sign' && command.skipCoolOffBecause && isCooling(state, command.sinceReadyMs))
    return withOverride(moved, command.skipCoolOffBecause, ['cool-off'], at);
  if (command.type === 'continue') {
    const { proposalIds, reason } = command;
    const dissolutionProposals = state.dissolutionProposals.map((each) =>
      proposalIds.includes(each.id) ? ({ ...each, answer: 'overridden' } as const) : each,
    );
    return withOverride({ ...moved, dissolutionProposals }, reason, proposalIds, at);
  }
  if (command.type !== 'override') return moved;
  const { reason, alarmIds } = command;
  return {
    ...withOverride(moved, reason, alarmIds, at),
    alarms: state.alarms.map((alarm) => (alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'overridden' } : alarm)),
  };
}

function isCooling({ machine }: DecisionState, sinceReadyMs: number): boolean {
  return machine.isIrreversible && sinceReadyMs < COOL_OFF_MS;
}

function withOverride(state: DecisionState, reason: string, alarmIds: readonly string[], at: string): DecisionState {
  return { ...state, overrides: [...state.overrides, { reason, alarmIds, at }] };
}

/** What goes with a step of the machine. */
function moveOn(state: DecisionState, command: Command, at: string): DecisionState {
  switch (command.type) {
    case 'ready':
      return { ...state, readyAt: at, signatures: [] };
    case 'suspend':
      return { ...state, pausedBecause: command.reason };
    case 'resume':
      return { ...state, pausedBecause: null, hasResumed: true };
    case 'recalibrate':
      // Begun anew from the record and not from the chat; stages that passed before say nothing of now.
      return {
        ...state,
        pausedBecause: null,
        recalibrations: state.recalibrations + 1,
        stages: state.stages.filter(({ stage }) => stage < 10 + command.from),
        chat: state.chat.map((turn) => ({ ...turn, inContext: false })),
        checks: new Map(),
        seen: withoutAdvisor(state.seen),
      };
    case 'withdraw':
    case 'raise-red':
      return { ...state, signatures: [] };
    default:
      return state;
  }
}

function withForecast(
  state: DecisionState,
  event: Extract<DecisionEvent, { type: 'forecast' }>,
  at: string,
): DecisionState {
  const { phase, by, p, leansTo, note } = event;
  const before = state.forecasts.findLast((forecast) => forecast.by === by);
  const forecasts = [...state.forecasts, { phase, by, p, leansTo, note, at }];
  const sunkCost = note === '' ? state.seen.sunkCost : [...state.seen.sunkCost, sunkCostWords(note)];
  // The checks look at whoever decides.
  if (by !== actorOf(state.ownerId)) return { ...state, forecasts };
  if (phase === 'prior' || !before)
    return { ...state, forecasts, seen: { ...state.seen, sunkCost, prior: p[leansTo] ?? 0.5 } };
  const human = [before.p[leansTo] ?? 0.5, p[leansTo] ?? 0.5] as const;
  const hasNewEvidence = state.evidence.some((item) => item.turn >= state.seen.turn);
  return {
    ...state,
    forecasts,
    seen: { ...state.seen, sunkCost, moves: [...state.seen.moves, { human, model: [0.5, 0.5], hasNewEvidence }] },
  };
}

/** Claims that rested on it are open again. */
function withoutEvidence(state: DecisionState, id: string): DecisionState {
  const evidence = state.evidence.filter((item) => item.id !== id);
  return {
    ...state,
    evidence,
    seen: { ...state.seen, evidence: evidence.map(({ direction, turn }) => ({ direction, turn })) },
    claims: state.claims.map((claim) =>
      claim.citedId === id ? { ...claim, state: 'unsupported', resolvedBy: null } : claim,
    ),
  };
}

const OPEN = {
  ...({ as: 'open', response: '', dueOn: null, owner: null, change: null, evidenceIds: [], verdict: null } as const),
  ...({ turn: 0, proposal: null, attacks: null, settledBy: null, moves: null, duplicateOf: null, model: '' } as const),
};
/** What a stop did not say before it said more. */
const UNSAID = {
  ...({ proposal: null, by: '', lastPhase: '', reviewOn: null } as const),
  cost: { tokens: 0, calls: 0, micros: 0 },
};

/** Detectors whose statements are about the frozen question. */
const OF_THE_QUESTION: ReadonlySet<DetectorId> = new Set([
  ...PREDICATES.anchored.detectors,
  ...PREDICATES['within-scope'].detectors,
  'endpoint',
]);

/** What a replacement ends: the old context, or the old model; the record of them stays. */
function withReplacement(state: DecisionState, event: Extract<DecisionEvent, { type: 'replaced' }>): DecisionState {
  const alarms = state.alarms.map(
    (alarm): Alarm => (event.alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'replaced' } : alarm),
  );
  const cleared = {
    ...state,
    alarms,
    replacements: [...state.replacements, event],
    seen: withoutAdvisor(state.seen),
  };
  const isNewContext = event.how === 'fresh-context' || event.how === 'other-model';
  const chat = isNewContext ? state.chat.map((turn) => ({ ...turn, inContext: false })) : state.chat;
  return event.how === 'other-model'
    ? {
        ...cleared,
        ...afterReplacement(
          state,
          state.alarms.filter(({ id }) => event.alarmIds.includes(id)),
        ),
        chat,
        fault: null,
        baseline: null,
        abilities: null,
      }
    : { ...cleared, chat };
}

/** What is seen of the decision and of its people, whoever advises. */
const NOT_OF_THE_ADVISOR = [
  ...([
    'turn',
    'prior',
    'options',
    'reference',
    'moves',
    'sunkCost',
    'evidence',
    'stakeholders',
    'partiesNamed',
  ] as const),
  ...(['windowTokens', 'reportedTokens', 'estimatedTokens', 'endpointNoise', 'hasNewFingerprint'] as const),
];

/** What was seen of an advisor who was replaced says nothing of the next one. */
function withoutAdvisor(seen: Observations): Observations {
  return { ...NOTHING_OBSERVED, ...Object.fromEntries(NOT_OF_THE_ADVISOR.map((key) => [key, seen[key]])) };
}

/** Passages with which another answer was given than without. */
function obeyed({ passages = [] }: Partial<Observations>): string[] {
  return passages
    .filter(({ withIt, withoutIt }) => withIt !== null && withoutIt !== null && withIt !== withoutIt)
    .map(({ passage }) => passage.excerpt);
}

/** What has been seen so far and what is seen now: `set` takes the place of what was, `add` is added to it. */
export function observe(seen: Observations, set: Partial<Observations>, add: Partial<Observations>): Observations {
  const joined: Record<string, unknown> = { ...seen, ...set };
  for (const [key, more] of Object.entries(add))
    if (Array.isArray(more)) joined[key] = [...((joined[key] as unknown[]) ?? []), ...more];
  return joined as unknown as Observations;
}
