import { FIELD_SIGN, type Field } from './paper.ts';
import { SurfaceTable } from './surfaces.ts';
import { ASCII, pairsOf, type RunKind, scan, stemOf, surfaceOf, UNSPACED } from './tokens.ts';

/** Surface forms remembered; some thirty bytes each beside their letters. */
const MAX_SURFACES = 400_000;
/** As long as an indexed word may be. */
const MAX_PLAIN_CHARS = 64;

/** Numbers the terms of texts in the order in which they are met. */
export class Lexicon {
  readonly terms: string[] = [];
  readonly #numberOf = new Map<string, number>();
  /** Words as they are written, so that most are neither folded nor stemmed again: plain ones, and others. */
  readonly #plain = new SurfaceTable();
  readonly #surfaces = new Map<string, number>();
  readonly #inField: Record<Field, number[]> = { title: [], author: [], category: [], organization: [] };

  number(term: string): number {
    let number = this.#numberOf.get(term);
    if (number === undefined) {
      number = this.terms.length;
      this.terms.push(term);
      this.#numberOf.set(term, number);
    }
    return number;
  }

  /** The same word as a term of a field. */
  inField(field: Field, number: number): number {
    const twins = this.#inField[field];
    twins[number] ??= this.number(FIELD_SIGN[field] + this.terms[number]);
    return twins[number];
  }

  /** Visits the numbers of a text's words, in order. */
  read(text: string, visit: (number: number) => void): void {
    scan(text, (start: number, end: number, kind: RunKind) => {
      if (kind === UNSPACED) {
        for (const { term } of pairsOf(text, start, end)) visit(this.number(term));
        return;
      }
      if (kind === ASCII && end - start <= MAX_PLAIN_CHARS) visit(this.#plainNumber(text, start, end));
      else visit(this.#otherNumber(text.slice(start, end)));
    });
  }

  #plainNumber(text: string, start: number, end: number): number {
    const known = this.#plain.find(text, start, end);
    if (known >= 0) return known;
    const number = this.number(stemOf(text.slice(start, end).toLowerCase()));
    this.#plain.add(text, start, end, number);
    return number;
  }

  #otherNumber(surface: string): number {
    let number = this.#surfaces.get(surface);
    if (number === undefined) {
      number = this.number(stemOf(surfaceOf(surface)));
      if (this.#surfaces.size >= MAX_SURFACES) this.#surfaces.clear();
      this.#surfaces.set(surface, number);
    }
    return number;
  }
}
