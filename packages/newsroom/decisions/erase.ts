import { isOver, type StoredEvent } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import type { DecisionEvent } from './events.ts';
import { append, readDecision, readEvents } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import { ERASED, hasWords, wordless } from './wordless.ts';

/** Why the words of an event cannot be erased now; null where they can. */
export function whyNotErased(state: DecisionState, { seq, type, payload }: StoredEvent): string | null {
  if (payload === null) return `Event ${seq} is erased already.`;
  const event = payload as unknown as DecisionEvent;
  if (!hasWords(event, seq))
    return `Event ${seq} is of the kind "${type}" and holds nothing that a person or a model wrote; a record rests on such steps and numbers.`;
  const isInForce = event.type === 'frozen' && event.question.version === state.frozen.at(-1)?.version;
  if (isInForce && !isOver(state.machine.phase))
    return `Event ${seq} is the question in force, on which everything rests. Amend the question, or end the decision; then it can be erased.`;
  if (event.type === 'observed' && quarantines(event, state))
    return `Event ${seq} names a passage that a model obeyed, and keeps it out of later prompts. Erase the evidence that it stands in; this goes with it.`;
  return null;
}

/** Whether it holds a passage out of evidence that is there still, and that a model was found to obey. */
function quarantines({ set }: Extract<DecisionEvent, { type: 'observed' }>, state: DecisionState): boolean {
  return (set.passages ?? []).some(
    ({ passage: { excerpt } }) =>
      state.quarantined.includes(excerpt) && state.evidence.some(({ text }) => text.includes(excerpt)),
  );
}

/**
 * Erases what an event said, with its salt and with the copies that checks and steps made of it. Hashes stay, and the
 * chain with them; that it was erased is an event itself. All of it at once or not at all.
 * @throws {Refused} for what has no words, and for what the decision rests on while it goes on
 */
export async function eraseEvent(
  host: Host,
  state: DecisionState,
  actor: string,
  seq: number,
  reason: string,
): Promise<DecisionState> {
  const { db } = host.database;
  const events = await readEvents(db, state.id);
  const index = events.findIndex((event) => event.seq === seq);
  const asked = events[index];
  if (!asked) throw new Refused(`This record has no event ${seq}; it has ${events.length}.`);
  const why = whyNotErased(state, asked);
  if (why) throw new Refused(why);
  const gone = [asked, ...copiesOf(events.slice(index))].filter(({ payload }) => payload !== null);
  const of = gone.map((event) => ({
    seq: event.seq,
    left: wordless(event.payload as unknown as DecisionEvent, event.seq),
  }));
  await append(host, state, actor, [{ type: 'erased', reason, of }], {
    also: async (inside) => {
      await inside
        .updateTable('decision_event')
        .set({ payload_json: null, salt: null })
        .where('decision_id', '=', state.id)
        .where(
          'seq',
          'in',
          of.map((each) => each.seq),
        )
        .execute();
      // Lists show it without reading the record.
      if (of.some(({ left }) => left.type === 'created'))
        await inside.updateTable('decision').set({ title: ERASED }).where('id', '=', state.id).execute();
    },
  });
  return (await readDecision(db, state.id)) as DecisionState;
}

/** Later events that hold words of the first: what was read off a turn or out of a source, and the step that a reason belongs to. */
function copiesOf([first, ...after]: readonly StoredEvent[]): StoredEvent[] {
  const said = first.payload as unknown as DecisionEvent;
  const words = wordsIn(said);
  const events = after.map((stored) => ({ stored, event: stored.payload as unknown as DecisionEvent | null }));
  const nextTurn = events.findIndex(({ event }) => event?.type === 'turn');
  const isCopy = (event: DecisionEvent | null, i: number): boolean => {
    switch (event?.type) {
      // Claims of an answer, and the answer itself as the checks for repetition keep it.
      case 'claims':
        return said.type === 'turn' ? nextTurn === -1 || i < nextTurn : cites(event, said);
      case 'observed':
        return said.type === 'turn'
          ? (nextTurn === -1 || i < nextTurn) && (event.add.ownTurns ?? []).length > 0
          : cites(event, said) || (event.set.passages ?? []).some(({ passage }) => stands(passage.excerpt, words));
      case 'checked':
      case 'alarm':
      case 'dissolution-proposed':
        return QUOTED.has(said.type) && wordsIn(event).some((detail) => tells(detail, words));
      case 'command': {
        const { stored } = events[i];
        return i === 0 && stored.at === first.at && stored.actor === first.actor;
      }
      default:
        return false;
    }
  };
  return events
    .filter(({ stored, event }, i) => event && hasWords(event, stored.seq) && isCopy(event, i))
    .map(({ stored }) => stored);
}

/** Kinds of whose words checks, alarms and proposals to stop tell. */
const QUOTED: ReadonlySet<DecisionEvent['type']> = new Set(['frozen', 'stakeholder', 'evidence', 'turn']);

function cites(event: DecisionEvent, said: DecisionEvent): boolean {
  if (said.type !== 'evidence') return false;
  if (event.type === 'claims') return event.claims.some(({ citedId }) => citedId === said.id);
  return event.type === 'observed' && (event.add.citations ?? []).some(({ id }) => id === said.id);
}

/** Whether a sentence of our own says one of these words, or quotes out of them. */
function tells(detail: string, words: readonly string[]): boolean {
  const quoted = [...detail.matchAll(/"([^"]+)"/gu)].map(([, part]) => part);
  return words.some((word) => detail.includes(word)) || quoted.some((part) => stands(part, words));
}

function stands(part: string, words: readonly string[]): boolean {
  return words.some((word) => word.includes(part));
}

/** The texts of an event that go when it is erased. */
export function wordsIn(event: DecisionEvent, seq = 0): string[] {
  const left = new Set(stringsIn(wordless(event, seq)));
  return stringsIn(event).filter((text) => text.trim() !== '' && !left.has(text));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(stringsIn);
}
