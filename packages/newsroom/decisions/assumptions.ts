import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import type * as inputs from './inputs.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import { write } from './write.ts';

/** What must be so for it to turn out well, and by what one would see that it is not. */
export async function addAssumption(
  host: Host,
  state: DecisionState,
  actor: string,
  input: z.output<typeof inputs.AssumptionInput>,
): Promise<DecisionState> {
  const unknown = input.claimIds.filter((id) => !state.claims.some((claim) => claim.id === id));
  if (unknown.length > 0) throw new Refused(`There is no claim ${unknown.join(', ')} in this decision.`);
  return write(host, state, actor, { type: 'assumption', id: `A${state.assumptions.length + 1}`, ...input });
}

export async function judgeAssumption(
  host: Host,
  state: DecisionState,
  actor: string,
  input: z.output<typeof inputs.JudgeAssumption>,
): Promise<DecisionState> {
  if (!state.assumptions.some(({ id }) => id === input.id))
    throw new Refused(`There is no assumption ${input.id} in this decision.`);
  requireEvidence(state, input.evidenceIds);
  return write(host, state, actor, { type: 'assumption-judged', ...input });
}

/** A criterion that was to end it is met, as evidence in the store shows: then the checks propose to stop. */
export async function reportCriterion(
  host: Host,
  state: DecisionState,
  actor: string,
  input: z.output<typeof inputs.CriterionMet>,
): Promise<DecisionState> {
  if (!state.frozen.at(-1)?.killCriteria.some(({ id }) => id === input.id))
    throw new Refused(`The question has no criterion ${input.id}.`);
  requireEvidence(state, input.evidenceIds);
  return write(host, state, actor, { type: 'criterion-met', ...input });
}

/** @throws {Refused} with the ids of which there is no evidence */
export function requireEvidence(state: DecisionState, ids: readonly string[]): void {
  const unknown = ids.filter((id) => !state.evidence.some((item) => item.id === id));
  if (unknown.length > 0) throw new Refused(`There is no evidence ${unknown.join(', ')} in this decision.`);
}
