import { FIELD_SIGN, type Field } from './paper.ts';
import { ASCII, pairsOf, type RunKind, scan, stemOf, surfaceOf, UNSPACED } from './tokens.ts';

/** Surface forms remembered; some thirty bytes each beside their letters. */
const MAX_SURFACES = 400_000;

/** Numbers the terms of texts in the order in which they are met. */
export class Lexicon {
  readonly terms: string[] = [];
  readonly #numberOf = new Map<string, number>();
  /** Words as they are written, so that most are neither folded nor stemmed again. */
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
      const surface = text.slice(start, end);
      let number = this.#surfaces.get(surface);
      if (number === undefined) {
        number = this.number(
          stemOf(kind === ASCII && surface.length <= 64 ? surface.toLowerCase() : surfaceOf(surface)),
        );
        if (this.#surfaces.size >= MAX_SURFACES) this.#surfaces.clear();
        this.#surfaces.set(surface, number);
      }
      visit(number);
    });
  }
}
