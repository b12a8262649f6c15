import type {
  Cause,
  ChallengeKind,
  Check,
  Choice,
  Command,
  DetectorId,
  DissolutionTrigger,
  EvidenceDirection,
  FrozenQuestion,
  Impact,
  Observations,
  PredicateVector,
} from '@broadsheet/methods/five-layer';
import type { Abilities, Missing } from './abilities.ts';

/** What can happen to a decision. State is read off these alone; the chain holds a hash of each. */
export type DecisionEvent =
  | {
      readonly type: 'created';
      readonly title: string;
      readonly ownerId: number;
      readonly paperId: string | null;
      readonly endpoint: string;
      /** Makes challenges, and can take the first one's place. */
      readonly second: string | null;
      readonly judge: string | null;
      readonly budgetTokens: number;
      readonly budgetCalls: number;
      /** Millionths of the site's currency; null where nobody has set a limit. */
      readonly budgetMicros: number | null;
      readonly thresholds: string;
      readonly protocol: string;
      readonly fault?: string;
    }
  /** People stand in a record as `reader:12`, so that a name goes with whoever bears it. A null role: they left. */
  | { readonly type: 'member'; readonly reader: string; readonly role: 'member' | 'observer' | null }
  | { readonly type: 'owner'; readonly readerId: number }
  | {
      readonly type: 'contract';
      readonly decides: string;
      readonly mayDo: string;
      readonly endsWhen: string;
      readonly deadlineOn: string | null;
    }
  | { readonly type: 'frozen'; readonly question: FrozenQuestion; readonly reason: string }
  | {
      readonly type: 'forecast';
      readonly phase: ForecastPhase;
      readonly by: string;
      readonly p: Readonly<Record<string, number>>;
      readonly leansTo: string;
      readonly note: string;
    }
  | { readonly type: 'biases'; readonly items: readonly string[] }
  | {
      readonly type: 'stakeholder';
      readonly name: string;
      readonly impacts: readonly Impact[];
      readonly hasUpside: boolean;
    }
  | {
      readonly type: 'evidence';
      readonly id: string;
      readonly source: string;
      readonly title: string;
      readonly text: string;
      readonly direction: EvidenceDirection;
    }
  | { readonly type: 'evidence-withdrawn'; readonly id: string; readonly reason: string }
  | {
      readonly type: 'baseline';
      readonly answers: Readonly<Record<string, Choice>>;
      readonly noise: number;
      readonly model: string;
      readonly fingerprints: readonly string[];
      readonly windowTokens: number;
      /** Records of before it was tried lack both. */
      readonly abilities?: Abilities;
      readonly missing?: readonly Missing[];
    }
  | { readonly type: 'stage'; readonly stage: number; readonly passed: boolean; readonly said: string }
  | { readonly type: 'command'; readonly command: Command }
  | {
      readonly type: 'turn';
      readonly role: 'human' | 'assistant';
      readonly text: string;
      readonly status: 'ok' | 'aborted' | 'error';
      readonly key: string;
      readonly model?: string;
      readonly ms?: number;
    }
  | { readonly type: 'claims'; readonly turn: number; readonly claims: readonly RecordedClaim[] }
  | { readonly type: 'claim-resolved'; readonly id: string; readonly how: string }
  | { readonly type: 'observed'; readonly set: Partial<Observations>; readonly add: Partial<Observations> }
  | {
      readonly type: 'checked';
      readonly checks: readonly Check[];
      readonly cost: { readonly calls: number; readonly tokens: number };
    }
  | {
      readonly type: 'alarm';
      readonly id: string;
      readonly detector: DetectorId;
      readonly detail: string;
      readonly cause: Cause;
    }
  | {
      readonly type: 'replaced';
      readonly alarmIds: readonly string[];
      readonly how: Replacement;
      readonly advice: string;
    }
  | ({ readonly type: 'challenge'; readonly id: string; readonly text: string } & ChallengeFacts)
  | {
      readonly type: 'challenge-resolved';
      readonly id: string;
      readonly as: 'accepted' | 'rebutted' | 'deferred';
      readonly response: string;
      readonly evidenceIds: readonly string[];
      readonly dueOn: string | null;
      /** Place in this record of what changed for it. */
      readonly change: number | null;
      /** Who answers it on that day. */
      readonly owner: string | null;
    }
  /** A claim that somebody doubted, pushed on a fork without evidence. */
  | {
      readonly type: 'claim-pushed';
      readonly id: string;
      readonly gaveUpAt: number | null;
      readonly pushes: number;
      readonly isMovedByEvidence: boolean | null;
    }
  | {
      readonly type: 'assumption';
      readonly id: string;
      readonly text: string;
      readonly p: number | null;
      readonly breaksIf: string;
      readonly checkBy: string | null;
      readonly claimIds: readonly string[];
      readonly isLoadBearing: boolean;
    }
  | {
      readonly type: 'assumption-judged';
      readonly id: string;
      readonly status: AssumptionStatus;
      readonly why: string;
      readonly evidenceIds: readonly string[];
    }
  | {
      readonly type: 'criterion-met';
      readonly id: string;
      readonly note: string;
      readonly evidenceIds: readonly string[];
    }
  /** The six statements at one time, and why they were looked at. */
  | {
      readonly type: 'predicates';
      readonly turn: number;
      readonly when: 'turns' | 'resume' | 'closing' | 'alarm';
      readonly vector: PredicateVector;
    }
  /** The chat was refused a call: only closing checks are left. */
  | { readonly type: 'budget-gone'; readonly said: string }
  | {
      readonly type: 'dissolution-proposed';
      readonly id: string;
      readonly kind: 'direction' | 'partnership';
      readonly trigger: DissolutionTrigger;
      readonly detail: string;
      readonly basis: string;
      readonly evidenceIds: readonly string[];
      readonly cost: { readonly tokens: number; readonly calls: number; readonly micros: number };
    }
  /** Taken up again, with evidence that was not there when it was stopped. */
  | {
      readonly type: 'reopened';
      readonly evidenceId: string;
      readonly reason: string;
      readonly isAnotherPerson: boolean;
    }
  | { readonly type: 'judged'; readonly id: string; readonly verdict: Verdict; readonly model: string }
  | {
      readonly type: 'signed';
      readonly person: string;
      readonly optionId: string;
      readonly rationale: string;
      readonly dissent: string;
      readonly reviewOn: string;
    }
  | {
      readonly type: 'dissolved';
      readonly kind: 'direction' | 'partnership';
      readonly reason: string;
      /** The proposal that it follows; null where a person stopped it without one. */
      readonly proposal: string | null;
      /** Who stopped it. */
      readonly by: string;
      readonly lastPhase: string;
      readonly cost: { readonly tokens: number; readonly calls: number; readonly micros: number };
      /** As if it had been decided: was stopping right? */
      readonly reviewOn: string | null;
    }
  | {
      readonly type: 'reviewed';
      readonly outcome: string;
      readonly resolutions: Readonly<Record<string, 0 | 1>>;
      /** Of what was stopped; null where it was not, or where it is too early to say. */
      readonly wasStoppingRight: boolean | null;
    }
  /** What is left of erased events takes their place when the record is read. */
  | {
      readonly type: 'erased';
      readonly reason: string;
      readonly of: readonly { readonly seq: number; readonly left: DecisionEvent }[];
    };

export type EventType = DecisionEvent['type'];
export type ForecastPhase = 'prior' | 'update' | 'final';
/** An alarm offers these, never silence. */
export type Replacement = 'fresh-context' | 'neutral-question' | 'other-model' | 'checklist';

/** Whether an answer meets its challenge, asked twice with the choices in both orders; split where the two disagree. */
export type Verdict = 'meets' | 'misses' | 'split';

/** What a challenge was made for, and what it says beside its text. */
export interface ChallengeFacts {
  readonly kind: ChallengeKind;
  /** Turn after which it was made, and the option that was proposed then. */
  readonly turn: number;
  readonly proposal: string | null;
  /** A claim's id, or words. */
  readonly attacks: string | null;
  readonly settledBy: string | null;
  readonly moves: number | null;
  /** An earlier challenge that says the same: then this one does not count. */
  readonly duplicateOf: string | null;
  readonly model: string;
}

export type AssumptionStatus = 'open' | 'confirmed' | 'broken';

export interface RecordedClaim {
  readonly id: string;
  readonly text: string;
  readonly citedId: string | null;
  readonly quote: string | null;
  readonly state: 'supported' | 'unsupported' | 'fabricated';
}
