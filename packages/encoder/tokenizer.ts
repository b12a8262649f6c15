import { WORD_START, wordsOf } from './words.ts';

/** Stands for letters that the tokenizer was not trained on. */
export const UNKNOWN = 0;
/** Words whose pieces are remembered: nearly all that a hundred thousand abstracts have; some 20 MB. */
const MAX_REMEMBERED = 200_000;

/**
 * Splits words into the pieces of a vocabulary by the merges that made it, in their order (byte-pair encoding over
 * letters, Sennrich et al. 2016, §3.2). Piece 0 is the unknown letter; then single letters, then one piece a merge.
 */
export class Tokenizer {
  readonly pieces: readonly string[];
  readonly #letters: number;
  readonly #idOf = new Map<string, number>();
  readonly #remembered = new Map<string, number[]>();

  /** @param letters how many of the pieces are single letters, the unknown one included */
  constructor(pieces: readonly string[], letters: number) {
    this.pieces = pieces;
    this.#letters = letters;
    for (const [id, piece] of pieces.entries()) this.#idOf.set(piece, id);
  }

  get letters(): number {
    return this.#letters;
  }

  /** The pieces of a text's words, in order. */
  encode(text: string): number[] {
    const ids: number[] = [];
    for (const word of wordsOf(text))
      for (const id of this.#remembered.get(word) ?? this.#encodeWord(word)) ids.push(id);
    return ids;
  }

  #encodeWord(word: string): number[] {
    let parts = [WORD_START, ...word];
    for (;;) {
      // The merge that was learned first goes first; a piece's number is its merge's.
      let best = Number.POSITIVE_INFINITY;
      for (let i = 0; i + 1 < parts.length; i++) {
        const id = this.#idOf.get(parts[i] + parts[i + 1]) ?? -1;
        if (id >= this.#letters && id < best) best = id;
      }
      if (best === Number.POSITIVE_INFINITY) break;
      parts = merged(parts, this.pieces[best]);
    }
    const ids = parts.map((part) => this.#idOf.get(part) ?? UNKNOWN);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(word, ids);
    return ids;
  }
}

/** Every neighbouring pair that makes the piece, made one. */
function merged(parts: string[], piece: string): string[] {
  const result: string[] = [];
  for (let i = 0; i < parts.length; i++) {
    if (i + 1 < parts.length && parts[i] + parts[i + 1] === piece) result.push(parts[i] + parts[++i]);
    else result.push(parts[i]);
  }
  return result;
}
