import {
  CALIBRATION,
  type CalibrationStage,
  type DissolutionProposal,
  dissolutionsDue,
  isOver,
  THRESHOLDS_V1,
  TRIES_A_STAGE,
} from '@broadsheet/methods/five-layer';
import type { Spent } from './budget.ts';
import type { DecisionEvent } from './events.ts';
import { actorOf } from './people.ts';
import type { DecisionState } from './state.ts';

/** The proposals to stop that are due as a decision stands, and were not made yet. */
export function proposalsDue(state: DecisionState): DissolutionProposal[] {
  if (isOver(state.machine.phase) || state.frozen.length === 0) return [];
  const frozen = state.frozen.at(-1);
  const { machine } = state;
  const criterion = (id: string) => frozen?.killCriteria.find((each) => each.id === id);
  return dissolutionsDue(
    {
      criteriaMet: state.criteriaMet.flatMap(({ id, evidenceIds }) => {
        const found = criterion(id);
        return found ? [{ id, words: `${found.observable} ${found.threshold}`, evidenceIds }] : [];
      }),
      floor: frozen?.floor ?? null,
      forecasts: state.forecasts
        .filter(({ by }) => by === actorOf(state.ownerId))
        .flatMap(({ p, leansTo }) => p[leansTo] ?? []),
      brokenAssumptions: state.assumptions
        .filter(({ isLoadBearing, status }) => isLoadBearing && status === 'broken')
        .map(({ id }) => id),
      lossesAfterRecalibration: state.losses,
      failedStage:
        machine.phase === 'suspended' && machine.stage > 0 && machine.failures >= TRIES_A_STAGE
          ? { name: CALIBRATION[machine.stage as CalibrationStage].name, recalibrations: state.recalibrations }
          : null,
      isBudgetGone: state.isBudgetGone,
      injectionAlarm:
        state.alarms.find(({ detector, closedBy }) => detector === 'injection' && closedBy === null)?.id ?? null,
      past: state.dissolutionProposals,
    },
    THRESHOLDS_V1,
  );
}

/** What goes on record for them: each with what was spent by then, which is no reason to go on. */
export function proposalEvents(
  { dissolutionProposals }: DecisionState,
  due: readonly DissolutionProposal[],
  { tokens, calls, micros }: Spent,
): DecisionEvent[] {
  return due.flatMap((proposal, i): DecisionEvent[] => {
    const id = `stop-${dissolutionProposals.length + i + 1}`;
    return [
      { type: 'dissolution-proposed', id, ...proposal, cost: { tokens, calls, micros } },
      { type: 'command', command: { type: 'propose-dissolution', by: 'system', proposalId: id } },
    ];
  });
}

/** Proposals that wait for the owner. */
export function openProposals(state: DecisionState) {
  return state.dissolutionProposals.filter(({ id }) => state.machine.openProposals.includes(id));
}
