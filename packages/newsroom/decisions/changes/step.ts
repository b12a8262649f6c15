import { advance, COOL_OFF_MS, type Command } from '@broadsheet/methods/five-layer';
import type { DecisionEvent } from '../events.ts';
import type { DecisionState } from '../state.ts';
import { withoutAdvisor } from './advisor.ts';

/**
 * A step of the machine, and what goes with it.
 * @throws when the record holds a command that its state refuses: then it was not written by this program.
 */
export function withCommand(
  state: DecisionState,
  { command }: Extract<DecisionEvent, { type: 'command' }>,
  at: string,
): DecisionState {
  const next = advance(state.machine, command);
  if (!next.ok) throw new Error(`The record of decision ${state.id} cannot be read at ${at}: ${next.why}`);
  const moved = moveOn({ ...state, machine: next.machine }, command, at);
  if (command.type === 'sign' && command.skipCoolOffBecause && isCooling(state, command.sinceReadyMs))
    return withOverride(moved, command.skipCoolOffBecause, ['cool-off'], at);
  if (command.type === 'continue') {
    const { proposalIds, reason } = command;
    const dissolutionProposals = state.dissolutionProposals.map((each) =>
      proposalIds.includes(each.id) ? ({ ...each, answer: 'overridden' } as const) : each,
    );
    return withOverride({ ...moved, dissolutionProposals }, reason, proposalIds, at);
  }
  if (command.type !== 'override') return moved;
  const { reason, alarmIds } = command;
  return {
    ...withOverride(moved, reason, alarmIds, at),
    alarms: state.alarms.map((alarm) => (alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'overridden' } : alarm)),
  };
}

function isCooling({ machine }: DecisionState, sinceReadyMs: number): boolean {
  return machine.isIrreversible && sinceReadyMs < COOL_OFF_MS;
}

function withOverride(state: DecisionState, reason: string, alarmIds: readonly string[], at: string): DecisionState {
  return { ...state, overrides: [...state.overrides, { reason, alarmIds, at }] };
}

/** What goes with a step of the machine. */
function moveOn(state: DecisionState, command: Command, at: string): DecisionState {
  switch (command.type) {
    case 'ready':
      return { ...state, readyAt: at, signatures: [] };
    case 'suspend':
      return { ...state, pausedBecause: command.reason };
    case 'resume':
      return { ...state, pausedBecause: null, hasResumed: true };
    case 'recalibrate':
      // Begun anew from the record and not from the chat; stages that passed before say nothing of now.
      return {
        ...state,
        pausedBecause: null,
        recalibrations: state.recalibrations + 1,
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
