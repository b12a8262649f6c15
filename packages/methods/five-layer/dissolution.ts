import type { Thresholds } from './thresholds.ts';

/** Why the checks propose to stop: of the direction, or of the work with this model. */
export type DissolutionTrigger =
  | 'criterion-met'
  | 'below-floor'
  | 'assumptions-broken'
  | 'state-lost'
  | 'stage-failed'
  | 'budget-gone'
  | 'injection';

export interface DissolutionProposal {
  readonly kind: 'direction' | 'partnership';
  readonly trigger: DissolutionTrigger;
  /** One sentence for the person who decides. */
  readonly detail: string;
  /** What exactly set it off: the same is proposed once, whatever becomes of it. */
  readonly basis: string;
  readonly evidenceIds: readonly string[];
}

/** What the rules of stopping look at. */
export interface DissolutionFacts {
  readonly criteriaMet: readonly {
    readonly id: string;
    readonly words: string;
    readonly evidenceIds: readonly string[];
  }[];
  /** P(success) below which the owner wanted to stop, set with the question. */
  readonly floor: number | null;
  /** P(success) of the option leaned to, in each of the owner's forecasts. */
  readonly forecasts: readonly number[];
  readonly brokenAssumptions: readonly string[];
  /** Times that the state of the partnership was lost after it had been calibrated anew. */
  readonly lossesAfterRecalibration: number;
  /** Name of the stage that failed for the third time, and how often it has been calibrated anew. */
  readonly failedStage: { readonly name: string; readonly recalibrations: number } | null;
  readonly isBudgetGone: boolean;
  /** The alarm that found a document to be obeyed. */
  readonly injectionAlarm: string | null;
  readonly past: readonly Pick<DissolutionProposal, 'trigger' | 'basis'>[];
}

/** The proposals to stop that are due now and were not made before. */
export function dissolutionsDue(facts: DissolutionFacts, { dissolution: t }: Thresholds): DissolutionProposal[] {
  const due: DissolutionProposal[] = [];
  const before = (trigger: DissolutionTrigger) => facts.past.filter((each) => each.trigger === trigger);
  const add = (proposal: DissolutionProposal) => {
    if (!before(proposal.trigger).some(({ basis }) => basis === proposal.basis)) due.push(proposal);
  };
  /** Counts that set it off once, and again only after as many more. */
  const everySo = (trigger: DissolutionTrigger, count: number, each: number) =>
    count >= each + Math.max(0, ...before(trigger).map(({ basis }) => Number(basis)));

  for (const { id, words, evidenceIds } of facts.criteriaMet)
    if (evidenceIds.length > 0)
      add({
        kind: 'direction',
        trigger: 'criterion-met',
        detail: `The criterion that was to end it is met: ${words}.`,
        basis: `${id} ${[...evidenceIds].sort().join(' ')}`,
        evidenceIds,
      });
  const { floor, forecasts, brokenAssumptions: broken } = facts;
  if (
    floor !== null &&
    forecasts.length >= t.forecastsBelowFloor &&
    forecasts.slice(-t.forecastsBelowFloor).every((p) => p < floor) &&
    everySo('below-floor', forecasts.length, t.forecastsBelowFloor)
  )
    due.push({
      kind: 'direction',
      trigger: 'below-floor',
      detail: `${t.forecastsBelowFloor} forecasts in a row give it less than the ${Math.round(floor * 100)} % below which it was to stop.`,
      basis: String(forecasts.length),
      evidenceIds: [],
    });
  if (broken.length >= t.brokenAssumptions)
    add({
      kind: 'direction',
      trigger: 'assumptions-broken',
      detail: `${broken.length} assumptions on which it rests are broken.`,
      basis: [...broken].sort().join(' '),
      evidenceIds: [],
    });
  if (everySo('state-lost', facts.lossesAfterRecalibration, t.losses))
    due.push({
      kind: 'partnership',
      trigger: 'state-lost',
      detail: `It was calibrated anew, and was lost ${facts.lossesAfterRecalibration} times after that.`,
      basis: String(facts.lossesAfterRecalibration),
      evidenceIds: [],
    });
  if (facts.failedStage)
    add({
      kind: 'partnership',
      trigger: 'stage-failed',
      detail: `The stage “${facts.failedStage.name}” has failed three times.`,
      basis: `${facts.failedStage.name} ${facts.failedStage.recalibrations}`,
      evidenceIds: [],
    });
  if (facts.isBudgetGone)
    add({
      kind: 'partnership',
      trigger: 'budget-gone',
      detail: 'The budget of this decision is used up, but for the closing checks.',
      basis: 'gone',
      evidenceIds: [],
    });
  if (facts.injectionAlarm !== null)
    add({
      kind: 'partnership',
      trigger: 'injection',
      detail: 'A document is being obeyed as if it were an instruction.',
      basis: facts.injectionAlarm,
      evidenceIds: [],
    });
  return due;
}
