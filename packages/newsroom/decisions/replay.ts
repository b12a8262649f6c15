import type { StoredEvent } from '@broadsheet/methods/five-layer';
import { apply } from './changes/event.ts';
import type { DecisionEvent } from './events.ts';
import { type DecisionState, emptyDecision } from './state.ts';

/** Replays a record: the same events give the same state. */
export function replay(id: string, events: readonly StoredEvent[]): DecisionState {
  const left = leftOfErased(events);
  return events.reduce((state, event) => replayEvent(state, event, left.get(event.seq)), emptyDecision(id));
}

/** What stands in the place of erased events: their shape without their words, so that what followed still follows. */
export function leftOfErased(events: readonly StoredEvent[]): Map<number, DecisionEvent> {
  const left = new Map<number, DecisionEvent>();
  const take = (event: DecisionEvent | null) => {
    if (event?.type !== 'erased') return;
    for (const each of event.of) {
      left.set(each.seq, each.left);
      // The reason of an erasure can be erased too, and what it had left stays.
      take(each.left);
    }
  };
  for (const { payload } of events) take(payload as unknown as DecisionEvent | null);
  return left;
}

/** One event further. @param left what is left of it where its content was erased */
export function replayEvent(state: DecisionState, event: StoredEvent, left?: DecisionEvent): DecisionState {
  const { at, seq, hash } = event;
  const moved = { ...state, updatedAt: at, createdAt: state.createdAt || at, head: { seq, hash } };
  const said = (event.payload as unknown as DecisionEvent | null) ?? left;
  if (!said) return moved;
  const next = apply(moved, said, at);
  return CHANGES.has(said.type) ? { ...next, changes: [...next.changes, { seq, type: said.type }] } : next;
}

/** What a state comes to with events that are not on record yet. */
export function applied(state: DecisionState, events: readonly DecisionEvent[]): DecisionState {
  return events.reduce((now, event) => apply(now, event, now.updatedAt), state);
}

/** What a challenge can be accepted with. */
const CHANGES: ReadonlySet<DecisionEvent['type']> = new Set([
  ...(['frozen', 'forecast', 'evidence', 'evidence-withdrawn'] as const),
  ...(['stakeholder', 'assumption', 'assumption-judged', 'criterion-met', 'claim-resolved'] as const),
]);
