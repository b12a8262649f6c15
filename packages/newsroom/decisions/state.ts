import {
  type ChatTurn,
  type Check,
  type DetectorId,
  DRAFT,
  type EvidenceDirection,
  type FrozenQuestion,
  type Machine,
  NOTHING_OBSERVED,
  type Observations,
  type PredicateVector,
  type Stakeholder,
} from '@broadsheet/methods/five-layer';
import type { Abilities } from './abilities.ts';
import type {
  AssumptionStatus,
  ChallengeFacts,
  DecisionEvent,
  ForecastPhase,
  RecordedClaim,
  Verdict,
} from './events.ts';

/** A decision as it stands: nothing but its events, read in order. */
export interface DecisionState {
  readonly id: string;
  readonly title: string;
  readonly ownerId: number;
  readonly paperId: string | null;
  readonly endpoint: string;
  readonly second: string | null;
  readonly judge: string | null;
  /** Advisors that were replaced for what they said or are: they take no further part. */
  readonly dismissed: readonly string[];
  readonly budget: Budget;
  /** In the order in which they came. */
  readonly members: readonly { readonly reader: string; readonly role: 'member' | 'observer' }[];
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
  /** Ids given so far: one that was withdrawn is not given again. */
  readonly evidenceGiven: number;
  readonly baseline: Extract<DecisionEvent, { type: 'baseline' }> | null;
  /** What the model that advises could do when it was tried; kept when the question is amended. */
  readonly abilities: Abilities | null;
  readonly stages: readonly { readonly stage: number; readonly passed: boolean; readonly said: string }[];
  readonly chat: readonly (ChatTurn & { readonly key: string; readonly at: string; readonly inContext: boolean })[];
  readonly claims: readonly Claim[];
  readonly seen: Observations;
  readonly checks: ReadonlyMap<DetectorId, Check & { readonly at: string }>;
  readonly spentOnChecks: { readonly calls: number; readonly tokens: number };
  readonly alarms: readonly Alarm[];
  readonly replacements: readonly Extract<DecisionEvent, { type: 'replaced' }>[];
  /** Passages that changed an answer: they are in no prompt any more. */
  readonly quarantined: readonly string[];
  readonly challenges: readonly Challenge[];
  readonly assumptions: readonly Assumption[];
  /** Kill criteria of the question that somebody has found met. */
  readonly criteriaMet: readonly Extract<DecisionEvent, { type: 'criterion-met' }>[];
  /** What a challenge can be accepted with: places in the record where something was changed. */
  readonly changes: readonly { readonly seq: number; readonly type: DecisionEvent['type'] }[];
  /** The six statements each time that they were looked at. */
  readonly vectors: readonly PredicateVector[];
  readonly recalibrations: number;
  /** The state of the partnership has been lost so often since it was first calibrated anew. */
  readonly losses: number;
  /** It goes on after a stop, and the six statements were not looked at since. */
  readonly hasResumed: boolean;
  readonly isBudgetGone: boolean;
  readonly dissolutionProposals: readonly DissolutionProposal[];
  readonly signatures: readonly Extract<DecisionEvent, { type: 'signed' }>[];
  readonly overrides: readonly { readonly reason: string; readonly alarmIds: readonly string[]; readonly at: string }[];
  readonly dissolution: (Extract<DecisionEvent, { type: 'dissolved' }> & { readonly at: string }) | null;
  readonly reopenings: readonly (Extract<DecisionEvent, { type: 'reopened' }> & { readonly at: string })[];
  readonly review: Extract<DecisionEvent, { type: 'reviewed' }> | null;
  readonly readyAt: string | null;
  /** Why a person stopped it, while it is stopped for that. */
  readonly pausedBecause: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly head: { readonly seq: number; readonly hash: string };
}

/** What all calls of a decision together may take. */
export interface Budget {
  readonly tokens: number;
  readonly calls: number;
  /** Millionths of the site's currency; null for no limit. */
  readonly micros: number | null;
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
export interface Claim extends RecordedClaim {
  readonly turn: number;
  readonly resolvedBy: string | null;
  /** Null where nobody has doubted it. */
  readonly pushed: { readonly gaveUpAt: number | null; readonly isMovedByEvidence: boolean | null } | null;
}
export interface Assumption extends Omit<Extract<DecisionEvent, { type: 'assumption' }>, 'type'> {
  readonly status: AssumptionStatus;
  readonly why: string;
}
export interface DissolutionProposal extends Omit<Extract<DecisionEvent, { type: 'dissolution-proposed' }>, 'type'> {
  readonly at: string;
  /** Null while the owner has not answered. */
  readonly answer: 'confirmed' | 'overridden' | null;
}
export interface Challenge extends ChallengeFacts {
  readonly id: string;
  /** Where it stands in the record. */
  readonly seq: number;
  readonly text: string;
  readonly as: 'open' | 'accepted' | 'rebutted' | 'deferred';
  readonly response: string;
  readonly dueOn: string | null;
  readonly owner: string | null;
  readonly change: number | null;
  readonly evidenceIds: readonly string[];
  readonly verdict: Verdict | null;
}

const EMPTY: DecisionState = {
  id: '',
  title: '',
  ownerId: 0,
  paperId: null,
  endpoint: '',
  second: null,
  judge: null,
  dismissed: [],
  budget: { tokens: 0, calls: 0, micros: null },
  members: [],
  fault: null,
  machine: DRAFT,
  contract: null,
  frozen: [],
  forecasts: [],
  biases: [],
  stakeholders: [],
  evidence: [],
  evidenceGiven: 0,
  baseline: null,
  abilities: null,
  stages: [],
  chat: [],
  claims: [],
  seen: NOTHING_OBSERVED,
  checks: new Map(),
  spentOnChecks: { calls: 0, tokens: 0 },
  alarms: [],
  replacements: [],
  quarantined: [],
  challenges: [],
  assumptions: [],
  criteriaMet: [],
  changes: [],
  vectors: [],
  recalibrations: 0,
  losses: 0,
  hasResumed: false,
  isBudgetGone: false,
  dissolutionProposals: [],
  signatures: [],
  overrides: [],
  dissolution: null,
  reopenings: [],
  review: null,
  readyAt: null,
  pausedBecause: null,
  createdAt: '',
  updatedAt: '',
  head: { seq: 0, hash: '' },
};

/** A decision of which nothing is on record yet. */
export function emptyDecision(id: string): DecisionState {
  return { ...EMPTY, id };
}
