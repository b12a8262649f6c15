import { z } from 'zod';
import { isDay } from './calendar.ts';

/** A cursor that nobody of ours wrote. */
export class CursorError extends Error {
  override name = 'CursorError';
  constructor() {
    super('This cursor is not one that this site gave out; leave it off to start from the first page.');
  }
}

const MAX_SHOWN = 1e7;
/** Ranked lists name the papers that were shown as long as they are few enough for an address. */
export const MAX_NAMED = 500;

const count = z.number().int().min(0).max(MAX_SHOWN);
const id = z.number().int().min(0);
const day = z.string().refine(isDay);

/** How many entries were shown before; for lists whose order never changes. */
const position = z.object({ k: z.literal('n'), after: count });
/** The last paper shown, for lists ordered by listing. */
const listing = z.object({ k: z.literal('l'), day, id, shown: count });
/**
 * For lists ordered by a figure that moves while they are read: the vote event up to which votes count, what the last
 * paper had then, and the papers shown before, while they can be named.
 */
const ranked = z.object({
  k: z.literal('r'),
  upTo: id,
  value: z.number(),
  id,
  shown: count,
  ids: z.array(id).max(MAX_NAMED).optional(),
  /** Trending: the day from which ages count. */
  day: day.optional(),
});

const cursor = z.discriminatedUnion('k', [position, listing, ranked]);
export type Cursor = z.output<typeof cursor>;
export type RankedPlace = z.output<typeof ranked>;

/** Longer ones are nobody's of ours, and would cost time to read. */
const MAX_CHARS = 12_000;

export function writeCursor(value: Cursor): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** @throws {CursorError} when the text is no cursor of the expected kind. */
export function readCursor<K extends Cursor['k']>(
  text: string | undefined,
  kind: K,
): Extract<Cursor, { k: K }> | undefined {
  if (text === undefined || text === '') return undefined;
  if (text.length > MAX_CHARS) throw new CursorError();
  try {
    const value = cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (value.k === kind) return value as Extract<Cursor, { k: K }>;
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new CursorError();
}
