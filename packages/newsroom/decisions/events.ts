import type {
  Cause,
  Check,
  Choice,
  Command,
  DetectorId,
  EvidenceDirection,
  FrozenQuestion,
  Impact,
  Observations,
} from '@broadsheet/methods/five-layer';

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
  | { readonly type: 'challenge'; readonly id: string; readonly kind: ChallengeKind; readonly text: string }
  | {
      readonly type: 'challenge-resolved';
      readonly id: string;
      readonly as: 'accepted' | 'rebutted' | 'deferred';
      readonly response: string;
      readonly evidenceIds: readonly string[];
      readonly dueOn: string | null;
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
  | { readonly type: 'dissolved'; readonly kind: 'direction' | 'partnership'; readonly reason: string }
  | { readonly type: 'reviewed'; readonly outcome: string; readonly resolutions: Readonly<Record<string, 0 | 1>> }
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

export const CHALLENGE_KINDS = [
  'premortem',
  'opposing-case',
  'base-rate',
  'other-explanation',
  'evidence-demand',
  'kill-criterion',
] as const;
export type ChallengeKind = (typeof CHALLENGE_KINDS)[number];

export interface RecordedClaim {
  readonly id: string;
  readonly text: string;
  readonly citedId: string | null;
  readonly quote: string | null;
  readonly state: 'supported' | 'unsupported' | 'fabricated';
}
