import type { Sections } from './sections.ts';

/** Writes the categories of documents, one after another, as numbers of their names. */
export class CategoryWriter {
  readonly #numberOf = new Map<string, number>();
  readonly #at: Uint32Array;
  #doc = 0;
  readonly #numbers: number[] = [];

  constructor(docs: number) {
    this.#at = new Uint32Array(docs + 1);
  }

  /** The next document. */
  add(names: readonly string[]): void {
    for (const name of names) {
      let number = this.#numberOf.get(name);
      if (number === undefined) {
        number = this.#numberOf.size;
        this.#numberOf.set(name, number);
      }
      this.#numbers.push(number);
    }
    this.#at[++this.#doc] = this.#numbers.length;
  }

  done(): Pick<Sections, 'categoriesAt' | 'categories' | 'categoryNames'> {
    return {
      categoriesAt: this.#at,
      categories: Uint16Array.from(this.#numbers),
      categoryNames: new TextEncoder().encode([...this.#numberOf.keys()].join('\n')),
    };
  }
}
