import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import { spentOn } from './budget.ts';
import type { DecisionEvent } from './events.ts';
import type * as inputs from './inputs.ts';
import { openProposals } from './proposals.ts';
import { append } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import { ERASED } from './wordless.ts';
import { allowed, type Person, withCommand } from './write.ts';

/** The owner stops it: by their own judgement, or confirming what the checks propose. */
export async function dissolveDecision(
  host: Host,
  state: DecisionState,
  actor: string,
  { kind, reason, reviewOn }: z.input<typeof inputs.Dissolve>,
): Promise<DecisionState> {
  const { tokens, calls, micros } = await spentOn(host, state.id);
  const event = {
    type: 'dissolved',
    kind,
    reason,
    proposal: openProposals(state).find((each) => each.kind === kind)?.id ?? null,
    by: actor,
    lastPhase: state.machine.phase,
    cost: { tokens, calls, micros },
    reviewOn: reviewOn ?? state.contract?.deadlineOn ?? null,
  } as const satisfies DecisionEvent;
  return withCommand(host, state, actor, [event], { type: 'dissolve', by: 'owner', reason });
}

/** The owner goes on in spite of the checks' proposals; the reason stands on page one. */
export async function continueDecision(
  host: Host,
  state: DecisionState,
  actor: string,
  { reason }: z.output<typeof inputs.Continue>,
): Promise<DecisionState> {
  const { machine } = state;
  const proposalIds = machine.openProposals;
  const command = { type: 'continue', by: 'owner', proposalIds, reason } as const;
  const isFree =
    machine.phase === 'suspended' &&
    machine.stage === 0 &&
    machine.openReds.length === 0 &&
    state.pausedBecause === null;
  const resume = { type: 'command', command: { type: 'resume', by: 'owner' } } as const;
  const events = allowed(state, [{ type: 'command', command }, ...(isFree ? [resume] : [])]);
  return append(host, state, actor, events);
}

/** Takes up again what was stopped, with evidence that was not there then; the same person waits a day. */
export async function reopenDecision(
  host: Host,
  state: DecisionState,
  { actor, role }: Person,
  { reason, ...evidence }: z.output<typeof inputs.Reopen>,
): Promise<DecisionState> {
  const { dissolution } = state;
  if (!dissolution) throw new Refused('Only what was stopped can be taken up again.');
  if (dissolution.lastPhase === 'draft' || dissolution.lastPhase === 'initialising')
    throw new Refused(
      'It was stopped before the model was measured; there is nothing to go on from. Begin a new decision.',
    );
  if (state.frozen.at(-1)?.statement === ERASED)
    throw new Refused('Its question was erased; there is nothing to go on from. Begin a new decision.');
  const evidenceId = `E${state.evidenceGiven + 1}`;
  const isNew = !state.evidence.some(({ text }) => text.trim() === evidence.text.trim());
  const isAnotherPerson = actor !== dissolution.by;
  return withCommand(
    host,
    state,
    actor,
    [
      { type: 'evidence', id: evidenceId, ...evidence },
      { type: 'reopened', evidenceId, reason, isAnotherPerson },
    ],
    {
      type: 'reopen',
      by: role,
      newEvidence: isNew ? 1 : 0,
      isAnotherPerson,
      sinceMs: host.now() - Date.parse(dissolution.at),
    },
  );
}
