import { type DecisionState, namesOf, readEvents, whyNotErased } from '@broadsheet/newsroom/decisions';
import type { Host } from '@broadsheet/newsroom/host';

/** What is on record, event by event, without what it says; and which of them whoever asks could erase. */
export async function listedEvents(host: Host, state: DecisionState, role: 'owner' | 'member' | 'observer') {
  const { db } = host.database;
  const events = await readEvents(db, state.id);
  const names = await namesOf(
    db,
    events.map(({ actor }) => actor),
  );
  return events.map((event) => ({
    seq: event.seq,
    type: event.type,
    at: event.at,
    by: names.get(event.actor) ?? event.actor,
    isErased: event.payload === null,
    mayErase: role === 'owner' && whyNotErased(state, event) === null,
  }));
}
