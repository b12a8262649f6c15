import { advance, type Command, isOver } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import type { DecisionEvent } from './events.ts';
import { append, type Together } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';

/** Who does something, and as what. */
export interface Person {
  /** As it stands in the record: `reader:12`. */
  readonly actor: string;
  readonly role: 'owner' | 'member';
}

/** Appends what no command belongs to. @throws {Refused} once the decision has ended: hindsight does not get into a record */
export function write(host: Host, state: DecisionState, actor: string, event: DecisionEvent): Promise<DecisionState> {
  if (isOver(state.machine.phase)) throw new Refused(`It is ${state.machine.phase}; its record takes nothing more in.`);
  return append(host, state, actor, [event]);
}

/** Appends events with the command that they belong to; neither without the other. @param together as of `append` */
export async function withCommand(
  host: Host,
  state: DecisionState,
  actor: string,
  events: readonly DecisionEvent[],
  command: Command,
  together?: Together,
): Promise<DecisionState> {
  return append(host, state, actor, allowed(state, [...events, { type: 'command', command }]), together);
}

/** @throws {Refused} when the state machine refuses one of the commands */
export function allowed(state: DecisionState, events: readonly DecisionEvent[]): readonly DecisionEvent[] {
  let machine = state.machine;
  for (const event of events) {
    if (event.type !== 'command') continue;
    const next = advance(machine, event.command);
    if (!next.ok) throw new Refused(next.why);
    machine = next.machine;
  }
  return events;
}

/** Any step of the state machine that carries nothing else. @throws {Refused} */
export function step(host: Host, state: DecisionState, actor: string, command: Command): Promise<DecisionState> {
  return withCommand(host, state, actor, [], command);
}

/** The command that ends a stage of the beginning. @throws {Refused} where another stage is open */
export function stagePassed(state: DecisionState, stage: number): Command {
  if (state.machine.phase !== 'initialising' || state.machine.stage !== stage)
    throw new Refused(`That belongs to stage ${stage}; this decision is elsewhere.`);
  return { type: 'pass-stage', by: 'owner', missing: [] };
}
