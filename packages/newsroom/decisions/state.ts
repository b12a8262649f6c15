import {
  advance,
  type ChatTurn,
  type Check,
  type DetectorId,
  DRAFT,
  type EvidenceDirection,
  type FrozenQuestion,
  type Machine,
  NOTHING_OBSERVED,
  type Observations,
  type Stakeholder,
  type StoredEvent,
} from '@broadsheet/methods/five-layer';
import { SECOND_BUNDLED } from './endpoints/names.ts';
import type { ChallengeKind, DecisionEvent, ForecastPhase, RecordedClaim } from './events.ts';

/** A decision as it stands: nothing but its events, read in order. */
export interface DecisionState {
  readonly id: string;
  readonly title: string;
  readonly ownerId: number;
  readonly paperId: string | null;
  readonly endpoint: string;
  readonly second: string | null;
  readonly budgetTokens: number;
  /** Fault of the bundled simulated model, in a demonstration. */
  readonly fault: string | null;
  readonly machine: Machine;
  readonly contract: Extract<DecisionEvent, { type: 'contract' }> | null;
  /** All versions; the last is in force. */
  readonly frozen: readonly (FrozenQuestion & { readonly reason: string })[];
  readonly forecasts: readonly Forecast[];
  /** The owner's own, each with a sign by which it would be noticed. */
  readonly biases: readonly string[];
  readonly stakeholders: readonly Stakeholder[];
  readonly evidence: readonly Evidence[];
  readonly baseline: Extract<DecisionEvent, { type: 'baseline' }> | null;
  readonly stages: readonly { readonly stage: number; readonly passed: boolean; readonly said: string }[];
  readonly chat: readonly (ChatTurn & { readonly key: string; readonly at: string; readonly inContext: boolean })[];
  readonly claims: readonly (RecordedClaim & { readonly turn: number; readonly resolvedBy: string | null })[];
  readonly seen: Observations;
  readonly checks: ReadonlyMap<DetectorId, Check & { readonly at: string }>;
  readonly spentOnChecks: { readonly calls: number; readonly tokens: number };
  readonly alarms: readonly Alarm[];
  readonly replacements: readonly Extract<DecisionEvent, { type: 'replaced' }>[];
  readonly challenges: readonly Challenge[];
  readonly signatures: readonly Extract<DecisionEvent, { type: 'signed' }>[];
  readonly overrides: readonly { readonly reason: string; readonly alarmIds: readonly string[]; readonly at: string }[];
  readonly dissolution: Extract<DecisionEvent, { type: 'dissolved' }> | null;
  readonly review: Extract<DecisionEvent, { type: 'reviewed' }> | null;
  readonly readyAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly head: { readonly seq: number; readonly hash: string };
}

export interface Forecast {
  readonly phase: ForecastPhase;
  readonly by: string;
  readonly p: Readonly<Record<string, number>>;
  readonly leansTo: string;
  readonly note: string;
  readonly at: string;
}
export interface Evidence {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly text: string;
  readonly direction: EvidenceDirection;
  readonly turn: number;
}
export interface Alarm {
  readonly id: string;
  readonly detector: DetectorId;
  readonly detail: string;
  readonly cause: string;
  readonly raisedAt: string;
  readonly closedBy: 'replaced' | 'overridden' | null;
}
export interface Challenge {
  readonly id: string;
  readonly kind: ChallengeKind;
  readonly text: string;
  readonly as: 'open' | 'accepted' | 'rebutted' | 'deferred';
  readonly response: string;
}

const EMPTY: DecisionState = {
  id: '',
  title: '',
  ownerId: 0,
  paperId: null,
  endpoint: '',
  second: null,
  budgetTokens: 0,
  fault: null,
  machine: DRAFT,
  contract: null,
  frozen: [],
  forecasts: [],
  biases: [],
  stakeholders: [],
  evidence: [],
  baseline: null,
  stages: [],
  chat: [],
  claims: [],
  seen: NOTHING_OBSERVED,
  checks: new Map(),
  spentOnChecks: { calls: 0, tokens: 0 },
  alarms: [],
  replacements: [],
  challenges: [],
  signatures: [],
  overrides: [],
  dissolution: null,
  review: null,
  readyAt: null,
  createdAt: '',
  updatedAt: '',
  head: { seq: 0, hash: '' },
};

/** Replays a record: the same events give the same state. */
export function replay(id: string, events: readonly StoredEvent[]): DecisionState {
  return events.reduce(replayEvent, emptyDecision(id));
}

/** A decision of which nothing is on record yet. */
export function emptyDecision(id: string): DecisionState {
  return { ...EMPTY, id };
}

/** One event further; one whose content was erased is passed over. */
export function replayEvent(state: DecisionState, event: StoredEvent): DecisionState {
  const { at, seq, hash, payload } = event;
  const moved = { ...state, updatedAt: at, createdAt: state.createdAt || at, head: { seq, hash } };
  return payload === null ? moved : apply(moved, payload as unknown as DecisionEvent, at);
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
        budgetTokens: event.budgetTokens,
        fault: event.fault ?? null,
      };
    case 'contract':
      return { ...state, contract: event };
    case 'frozen':
      return {
        ...state,
        frozen: [...state.frozen, { ...event.question, reason: event.reason }],
        // Texts within the old scope say nothing of the new one.
        seen: { ...state.seen, options: event.question.options.map((option) => option.id), distances: [] },
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
      return { ...state, challenges: [...state.challenges, { id, kind, text, as: 'open', response: '' }] };
    }
    case 'challenge-resolved':
      return {
        ...state,
        challenges: state.challenges.map((challenge) =>
          challenge.id === event.id ? { ...challenge, as: event.as, response: event.response } : challenge,
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
  const moved = { ...state, machine: next.machine, readyAt: command.type === 'ready' ? at : state.readyAt };
  if (command.type !== 'override') return moved;
  const { reason, alarmIds } = command;
  return {
    ...moved,
    overrides: [...state.overrides, { reason, alarmIds, at }],
    alarms: state.alarms.map((alarm) => (alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'overridden' } : alarm)),
  };
}

function withForecast(
  state: DecisionState,
  event: Extract<DecisionEvent, { type: 'forecast' }>,
  at: string,
): DecisionState {
  const { phase, by, p, leansTo, note } = event;
  const before = state.forecasts.findLast((forecast) => forecast.by === by);
  const forecasts = [...state.forecasts, { phase, by, p, leansTo, note, at }];
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
  return {
    ...state,
    evidence: state.evidence.filter((item) => item.id !== id),
    claims: state.claims.map((claim) =>
      claim.citedId === id ? { ...claim, state: 'unsupported', resolvedBy: null } : claim,
    ),
  };
}

/** What a replacement ends: the old context, or the old model; the record of them stays. */
function withReplacement(state: DecisionState, event: Extract<DecisionEvent, { type: 'replaced' }>): DecisionState {
  const alarms = state.alarms.map(
    (alarm): Alarm => (event.alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'replaced' } : alarm),
  );
  const cleared = {
    ...state,
    alarms,
    replacements: [...state.replacements, event],
    seen: { ...state.seen, ...FORGOTTEN },
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

/** What was seen of an advisor who was replaced says nothing of the next one. */
const FORGOTTEN: Partial<Observations> = {
  flipPairs: [],
  gaps: [],
  pushedClaims: [],
  evidenceMoved: null,
  reversals: 0,
  citations: [],
  quotes: [],
  samplings: [],
  answerable: [],
  unanswerable: [],
  checkable: [],
  canaries: [],
  couldBeRead: [],
  looks: [],
  passages: [],
  markerLeaked: false,
  ownTurns: [],
  proposals: [],
  distances: [],
  usedTokens: 0,
};

/** What has been seen so far and what is seen now: `set` takes the place of what was, `add` is added to it. */
export function observe(seen: Observations, set: Partial<Observations>, add: Partial<Observations>): Observations {
  const joined: Record<string, unknown> = { ...seen, ...set };
  for (const [key, more] of Object.entries(add))
    if (Array.isArray(more)) joined[key] = [...((joined[key] as unknown[]) ?? []), ...more];
  return joined as unknown as Observations;
}
