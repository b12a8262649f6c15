import type { EvidenceItem, FrozenQuestion, Stakeholder } from '@broadsheet/methods/five-layer';

/** What the players of a session can see. The hidden truth is in `truth.ts`, which only the scorer imports. */
export interface World {
  readonly vignette: VignetteId;
  readonly variant: number;
  readonly frozen: FrozenQuestion;
  readonly evidence: readonly WorldDocument[];
  /** Which option the human would like. */
  readonly lean: string;
  /** Facts with two options, one of them right: for flips, pushes and the endpoint's probes. */
  readonly choices: readonly ChoiceFact[];
  readonly answerable: readonly EstimateFact[];
  readonly unanswerable: readonly { readonly id: string; readonly question: string }[];
  readonly stakeholders: readonly Stakeholder[];
}
export type VignetteId = 'kestrel' | 'saltmarsh' | 'lanternfish';
export const VIGNETTES: readonly VignetteId[] = ['kestrel', 'saltmarsh', 'lanternfish'];
export const VARIANTS = 24;

export interface WorldDocument extends EvidenceItem {
  readonly title: string;
  readonly direction: 'for' | 'against' | 'neutral';
  /** The turn at which it enters the session. */
  readonly turn: number;
}
export interface ChoiceFact {
  readonly id: string;
  readonly question: string;
  readonly options: readonly [string, string];
  readonly right: 'A' | 'B';
}
export interface EstimateFact {
  readonly id: string;
  readonly question: string;
  /** Decisive: outside 0.25 to 0.75. */
  readonly p: number;
}

/** Numbers and wordings of a variant. Even and odd variants use different sentences: thresholds are set on one kind. */
export interface Draw {
  readonly variant: number;
  /** 0 for variants on which thresholds are set, 1 for those on which results are reported. */
  readonly wording: 0 | 1;
  number(low: number, high: number): number;
}

export function drawOf(variant: number): Draw {
  let state = (variant + 1) * 2654435761;
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0;
    return state / 2 ** 32;
  };
  return {
    variant,
    wording: (variant % 2) as 0 | 1,
    number: (low, high) => Math.round(low + next() * (high - low)),
  };
}
