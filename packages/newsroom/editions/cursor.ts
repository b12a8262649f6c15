import { z } from 'zod';

/** A cursor that nobody of ours wrote. */
export class CursorError extends Error {
  override name = 'CursorError';
  constructor() {
    super('This cursor is not one that this site gave out; leave it off to start from the first page.');
  }
}

/** How many entries were shown before; for lists whose order never changes. */
const position = z.object({ k: z.literal('n'), after: z.number().int().min(0).max(1e7) });
/** The last paper shown, for lists ordered by listing. */
const listing = z.object({ k: z.literal('l'), day: z.string().max(10), id: z.number().int() });
/** The papers shown before, for lists whose order moves with votes. */
const seen = z.object({ k: z.literal('s'), ids: z.array(z.number().int()).max(5_000) });
/** A place in a list computed at a given time. */
const computed = z.object({ k: z.literal('t'), at: z.number().int(), after: z.number().int().min(0).max(1e6) });

const cursor = z.discriminatedUnion('k', [position, listing, seen, computed]);
export type Cursor = z.output<typeof cursor>;

/** Longer ones are nobody's of ours, and would cost time to read. */
const MAX_CHARS = 40_000;

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
