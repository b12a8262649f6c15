import type { Citation, Command, Observations, StoredEvent } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import type { DecisionEvent } from './events.ts';
import { append, readDecision, readEvents } from './record.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';

/** Stands where words were. Not empty: a reason that was given must not look like one that was not. */
export const ERASED = '(erased)';

type Kind = DecisionEvent['type'];
type Blank = { readonly [K in Kind]?: (event: Extract<DecisionEvent, { type: K }>, seq: number) => DecisionEvent };

/**
 * What can be erased, and what is left of it: ids, states and numbers, on which later events rest. The question, the
 * checks and the steps themselves are not among them; a record without those would be none.
 */
const LEFT: Blank = {
  contract: (e) => ({ ...e, decides: ERASED, mayDo: ERASED, endsWhen: ERASED }),
  forecast: (e) => ({ ...e, note: e.note && ERASED }),
  biases: (e) => ({ ...e, items: e.items.map(() => ERASED) }),
  stakeholder: (e, seq) => ({
    ...e,
    name: `${ERASED} ${seq}`,
    impacts: e.impacts.map((impact) => ({
      ...impact,
      ...(impact.mitigation ? { mitigation: ERASED } : {}),
      ...(impact.signedBy ? { signedBy: ERASED } : {}),
    })),
  }),
  evidence: (e) => ({ ...e, source: ERASED, title: ERASED, text: ERASED }),
  'evidence-withdrawn': (e) => ({ ...e, reason: ERASED }),
  turn: (e) => ({ ...e, text: ERASED }),
  claims: (e) => ({
    ...e,
    claims: e.claims.map((claim) => ({ ...claim, text: ERASED, quote: claim.quote && ERASED })),
  }),
  'claim-resolved': (e) => ({ ...e, how: ERASED }),
  observed: (e) => ({ ...e, set: wordless(e.set), add: wordless(e.add) }),
  replaced: (e) => ({ ...e, advice: ERASED }),
  challenge: (e) => ({
    ...e,
    text: ERASED,
    attacks: e.attacks?.startsWith('claim-') ? e.attacks : e.attacks && ERASED,
    settledBy: e.settledBy && ERASED,
  }),
  assumption: (e) => ({ ...e, text: ERASED, breaksIf: ERASED }),
  'assumption-judged': (e) => ({ ...e, why: ERASED }),
  'criterion-met': (e) => ({ ...e, note: ERASED }),
  reopened: (e) => ({ ...e, reason: ERASED }),
  'challenge-resolved': (e) => ({ ...e, response: ERASED }),
  signed: (e) => ({ ...e, rationale: ERASED, dissent: e.dissent && ERASED }),
  dissolved: (e) => ({ ...e, reason: ERASED }),
  reviewed: (e) => ({ ...e, outcome: ERASED }),
  command: (e) => ({ ...e, command: withoutReason(e.command) }),
};

function withoutReason(command: Command): Command {
  switch (command.type) {
    case 'override':
    case 'suspend':
    case 'continue':
    case 'dissolve':
      return { ...command, reason: ERASED };
    case 'review':
      return { ...command, outcome: ERASED };
    case 'sign':
      return command.skipCoolOffBecause ? { ...command, skipCoolOffBecause: ERASED } : command;
    default:
      return command;
  }
}

/** Observations without words. Whether a title fitted stays to be seen. */
function wordless(seen: Partial<Observations>): Partial<Observations> {
  return {
    ...seen,
    ...(seen.ownTurns ? { ownTurns: seen.ownTurns.map(() => ERASED) } : {}),
    ...(seen.passages ? { passages: [] } : {}),
    ...(seen.partiesNamed ? { partiesNamed: [] } : {}),
    ...(seen.quotes ? { quotes: seen.quotes.map((quote) => ({ ...quote, differing: [] })) } : {}),
    ...(seen.citations ? { citations: seen.citations.map(withoutTitle) } : {}),
  };
}

function withoutTitle({ id, title, storedTitle }: Citation): Citation {
  return {
    id,
    title: title === undefined || title === storedTitle ? title && ERASED : 'another title',
    storedTitle: storedTitle && ERASED,
  };
}

/** Kinds that a person may ask to erase; copies of their words in other events go with them. */
export const ERASABLE = Object.keys(LEFT).filter(
  (kind) => kind !== 'command' && kind !== 'observed' && kind !== 'claims',
) as readonly Kind[];

/**
 * Erases what an event said, with its salt and with the copies that checks and steps made of it. Hashes stay, and the
 * chain with them; that it was erased is an event itself. All of it at once or not at all.
 * @throws {Refused} for what a record cannot do without
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
  if (asked.payload === null) throw new Refused(`Event ${seq} is erased already.`);
  if (!ERASABLE.includes(asked.type as Kind))
    throw new Refused(
      `Event ${seq} is of the kind "${asked.type}", on which everything after it rests. What can be erased: ${ERASABLE.join(', ')}.`,
    );
  const gone = [asked, ...copiesOf(events.slice(index))].filter(({ payload }) => payload !== null);
  const of = gone.map((event) => ({
    seq: event.seq,
    left: leftOf(event.payload as unknown as DecisionEvent, event.seq),
  }));
  await append(host, state, actor, [{ type: 'erased', reason, of }], async (inside) => {
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
  });
  return (await readDecision(db, state.id)) as DecisionState;
}

/** Later events that hold words of the first: what was read off a turn or out of a source, and the step that a reason belongs to. */
function copiesOf([first, ...after]: readonly StoredEvent[]): StoredEvent[] {
  const said = first.payload as unknown as DecisionEvent;
  const events = after.map((stored) => ({ stored, event: stored.payload as unknown as DecisionEvent | null }));
  if (said.type === 'turn') {
    const next = events.findIndex(({ event }) => event?.type === 'turn');
    const until = next === -1 ? events : events.slice(0, next);
    return until.filter(({ event }) => isReadOff(event)).map(({ stored }) => stored);
  }
  if (said.type === 'evidence') return events.filter(({ event }) => cites(event, said.id)).map(({ stored }) => stored);
  const [next] = events;
  const isItsStep = next?.stored.at === first.at && next.stored.actor === first.actor;
  const hasWords = next?.event?.type === 'command' && withoutReason(next.event.command) !== next.event.command;
  return isItsStep && hasWords ? [next.stored] : [];
}

/** Claims of an answer, and the answer itself as the checks for repetition keep it. */
function isReadOff(event: DecisionEvent | null): boolean {
  return event?.type === 'claims' || (event?.type === 'observed' && (event.add.ownTurns ?? []).length > 0);
}

function cites(event: DecisionEvent | null, id: string): boolean {
  if (event?.type === 'claims') return event.claims.some(({ citedId }) => citedId === id);
  return event?.type === 'observed' && (event.add.citations ?? []).some((citation) => citation.id === id);
}

function leftOf(event: DecisionEvent, seq: number): DecisionEvent {
  const blank = LEFT[event.type] as ((event: DecisionEvent, seq: number) => DecisionEvent) | undefined;
  return blank ? blank(event, seq) : event;
}
