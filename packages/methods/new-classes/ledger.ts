import { bestAssignment } from '../happy/assignment.ts';
import { type Rows, rowOf } from '../happy/rows.ts';

/**
 * Ids of classes found in a stream: appended, never moved, never used twice. Plain JSON; every change gives a new ledger,
 * so that a stage that was killed half-way leaves the one before in force.
 */
export interface Ledger {
  /** Entry i has id i. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly id: number;
  readonly bornInStage: number;
  /** The id that took it in; what was filed under this one is found under that one. */
  readonly mergedInto: number | null;
  /** The last stage in which it had members. */
  readonly lastSeenInStage: number;
}

export const EMPTY_LEDGER: Ledger = { entries: [] };
/** Stages without members after which a class is dormant: not shown, but still there to be recognised. */
export const DORMANT_AFTER = 8;

/** A stage brings classes to life, in the order given (by descending size): they get the next ids. */
export function withBirths(ledger: Ledger, stage: number, count: number): Ledger {
  const born = Array.from(
    { length: count },
    (_, i): Entry => ({
      id: ledger.entries.length + i,
      bornInStage: stage,
      mergedInto: null,
      lastSeenInStage: stage,
    }),
  );
  return { entries: [...ledger.entries, ...born] };
}

/** Files one class under another. The id stays and leads there. */
export function withMerge(ledger: Ledger, id: number, into: number): Ledger {
  const [from, to] = [entryOf(ledger, id), currentId(ledger, into)];
  if (from.mergedInto !== null)
    throw new RangeError(`withMerge: ${id} was merged into ${from.mergedInto} before; merge that one.`);
  if (to === id) throw new RangeError(`withMerge: ${into} leads to ${id} itself.`);
  return changed(ledger, id, { mergedInto: to });
}

/** Which ids have members in a stage. */
export function withSeen(ledger: Ledger, stage: number, ids: Iterable<number>): Ledger {
  let next = ledger;
  for (const id of new Set(Array.from(ids, (id) => currentId(ledger, id))))
    if (entryOf(next, id).lastSeenInStage < stage) next = changed(next, id, { lastSeenInStage: stage });
  return next;
}

/** The id under which a class is filed today. */
export function currentId(ledger: Ledger, id: number): number {
  let entry = entryOf(ledger, id);
  while (entry.mergedInto !== null) entry = entryOf(ledger, entry.mergedInto); // merges never lead back
  return entry.id;
}

export function isDormant({ lastSeenInStage }: Entry, stage: number): boolean {
  return stage - lastSeenInStage >= DORMANT_AFTER;
}

/**
 * When a stage is run again: which of the classes it brought to life before each proposal is, by one assignment on
 * cosines of prototypes, or null where nothing is as near as `least`.
 * @param proposals unit rows @param born unit rows of what was born in that stage
 */
export function matchRerun(proposals: Rows, born: Rows, least = 0.7): (number | null)[] {
  const size = Math.max(proposals.count, born.count);
  const weight = new Float64Array(size * size);
  for (let i = 0; i < proposals.count; i++)
    for (let j = 0; j < born.count; j++) weight[i * size + j] = cosine(rowOf(proposals, i), rowOf(born, j));
  const assigned = bestAssignment(weight, size);
  return Array.from({ length: proposals.count }, (_, i) =>
    assigned[i] < born.count && weight[i * size + assigned[i]] >= least ? assigned[i] : null,
  );
}

function entryOf(ledger: Ledger, id: number): Entry {
  const entry = ledger.entries[id];
  if (!entry) throw new RangeError(`The ledger has no id ${id}; it has ${ledger.entries.length}, counted from 0.`);
  return entry;
}

function changed(ledger: Ledger, id: number, facts: Partial<Entry>): Ledger {
  return { entries: ledger.entries.map((entry) => (entry.id === id ? { ...entry, ...facts } : entry)) };
}

function cosine(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * b[k], 0);
}
