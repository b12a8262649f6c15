import {
  advance,
  type Command,
  type DetectorId,
  NOTHING_OBSERVED,
  type Observations,
  PREDICATES,
  type StoredEvent,
} from '@broadsheet/methods/five-layer';
import { SECOND_BUNDLED } from './endpoints/names.ts';
import type { DecisionEvent } from './events.ts';
import { actorOf } from './people.ts';
import { type Alarm, type DecisionState, emptyDecision } from './state.ts';

/** Replays a record: the same events give the same state. */
export function replay(id: string, events: readonly StoredEvent[]): DecisionState {
  const left = leftOfErased(events);
  return events.reduce((state, event) => replayEvent(state, event, left.get(event.seq)), emptyDecision(id));
}

/** What stands in the place of erased events: their shape without their words, so that what followed still follows. */
export function leftOfErased(events: readonly StoredEvent[]): Map<number, DecisionEvent> {
  return new Map(
    events.flatMap(({ payload }) => {
      const event = payload as unknown as DecisionEvent | null;
      return event?.type === 'erased' ? event.of.map(({ seq, left }) => [seq, left] as const) : [];
    }),
  );
}

/** One event further. @param left what is left of it where its content was erased */
export function replayEvent(state: DecisionState, event: StoredEvent, left?: DecisionEvent): DecisionState {
  const { at, seq, hash } = event;
  const moved = { ...state, updatedAt: at, createdAt: state.createdAt || at, head: { seq, hash } };
  const said = (event.payload as unknown as DecisionEvent | null) ?? left;
  return said ? apply(moved, said, at) : moved;
}

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
      };
    case 'claims':
      return {
        ...state,
        claims: [...state.claims, ...event.claims.map((claim) => ({ ...claim, turn: event.turn, resolvedBy: null }))],
      };
    case 'claim-resolved':
      return {
        ...state,
        claims: state.claims.map((claim) => (claim.id === event.id ? { ...claim, resolvedBy: event.how } : claim)),
      };
    case 'observed':
      return { ...state, seen: observe(state.seen, event.set, event.add) };
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
    case 'challenge': {
      const { id, kind, text } = event;
      return { ...state, challenges: [...state.challenges, { ...OPEN, id, kind, text }] };
    }
    case 'challenge-resolved':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id
            ? { ...challenge, as: event.as, response: event.response, dueOn: event.dueOn }
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
      return { ...state, dissolution: event };
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
  if (command.type !== 'override') return moved;
  const { reason, alarmIds } = command;
  return {
    ...moved,
    overrides: [...state.overrides, { reason, alarmIds, at }],
    alarms: state.alarms.map((alarm) => (alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'overridden' } : alarm)),
  };
}

/** What goes with a step of the machine. */
function moveOn(state: DecisionState, command: Command, at: string): DecisionState {
  switch (command.type) {
    case 'ready':
      return { ...state, readyAt: at, signatures: [] };
    case 'suspend':
      return { ...state, pausedBecause: command.reason };
    case 'resume':
      return { ...state, pausedBecause: null };
    case 'recalibrate':
      // Begun anew from the record and not from the chat; stages that passed before say nothing of now.
      return {
        ...state,
        pausedBecause: null,
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
  // The checks look at whoever decides.
  if (by !== actorOf(state.ownerId)) return { ...state, forecasts };
  if (phase === 'prior' || !before) return { ...state, forecasts, seen: { ...state.seen, prior: p[leansTo] ?? 0.5 } };
  const human = [before.p[leansTo] ?? 0.5, p[leansTo] ?? 0.5] as const;
  const hasNewEvidence = state.evidence.some((item) => item.turn >= state.seen.turn);
  return {
    ...state,
    forecasts,
    seen: { ...state.seen, moves: [...state.seen.moves, { human, model: [0.5, 0.5], hasNewEvidence }] },
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

const OPEN = { as: 'open', response: '', dueOn: null, verdict: null } as const;

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
        chat,
        endpoint: state.second ?? SECOND_BUNDLED,
        second: state.endpoint,
        fault: null,
        baseline: null,
      }
    : { ...cleared, chat };
}

/** What is seen of the decision and of its people, whoever advises. */
const NOT_OF_THE_ADVISOR = [
  ...(['turn', 'prior', 'options', 'reference', 'moves', 'evidence', 'stakeholders'] as const),
  ...(['windowTokens', 'reportedTokens', 'estimatedTokens', 'endpointNoise', 'hasNewFingerprint'] as const),
];

/** What was seen of an advisor who was replaced says nothing of the next one. */
function withoutAdvisor(seen: Observations): Observations {
  return { ...NOTHING_OBSERVED, ...Object.fromEntries(NOT_OF_THE_ADVISOR.map((key) => [key, seen[key]])) };
}

/** What has been seen so far and what is seen now: `set` takes the place of what was, `add` is added to it. */
export function observe(seen: Observations, set: Partial<Observations>, add: Partial<Observations>): Observations {
  const joined: Record<string, unknown> = { ...seen, ...set };
  for (const [key, more] of Object.entries(add))
    if (Array.isArray(more)) joined[key] = [...((joined[key] as unknown[]) ?? []), ...more];
  return joined as unknown as Observations;
}
