import { readFile, stat } from 'node:fs/promises';

/** A recorded answer beside the given module, in pieces as a network would deliver it. */
export async function* readRecorded(
  module: string,
  name: string,
  { pieceBytes = 65_536, untilBytes }: { pieceBytes?: number; untilBytes?: number } = {},
): AsyncIterable<Uint8Array> {
  const bytes = (await readFile(new URL(`./recorded/${name}`, module))).subarray(0, untilBytes);
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Places to cut a recorded answer at, all over it; the last one lacks only the end of its last tag. */
export async function cutsOf(module: string, name: string): Promise<number[]> {
  const { size } = await stat(new URL(`./recorded/${name}`, module));
  // Behind the last tag comes a line end, whose loss is none.
  const last = size - 2;
  return [...Array.from({ length: 40 }, (_, i) => Math.floor(((i + 1) * last) / 41)), last];
}

/** Everything that an iterable gives, and what it threw in the end. */
export async function allOf<T>(iterable: AsyncIterable<T>): Promise<{ items: T[]; error?: Error }> {
  const items: T[] = [];
  try {
    for await (const item of iterable) items.push(item);
    return { items };
  } catch (error) {
    return { items, error: error as Error };
  }
}

export async function* piecesOf(...pieces: string[]): AsyncIterable<string> {
  yield* pieces;
}
