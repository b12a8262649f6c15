import { dayOf } from './paper.ts';
import { HAS_CODE, HAS_EXPERIMENT, type Segment } from './segment.ts';

/** How many of the papers that were found are what. */
export interface Facets {
  categories: { name: string; count: number }[];
  years: { name: string; count: number }[];
  withCode: number;
  withExperiment: number;
  /** By whatever the asker groups papers, the largest first; empty where it does not. */
  groups: { id: number; count: number }[];
}

/** Counts documents as they are found. */
export class FacetCounts {
  readonly #categories = new Map<string, number>();
  readonly #years = new Map<string, number>();
  #withCode = 0;
  #withExperiment = 0;
  readonly #groups = new Map<number, number>();
  readonly #groupOf?: (paperId: number) => number | undefined;

  constructor(groupOf?: (paperId: number) => number | undefined) {
    this.#groupOf = groupOf;
  }

  count(segment: Segment, doc: number): void {
    const { categories, categoriesAt, flags, days, ids } = segment.s;
    for (let i = categoriesAt[doc]; i < categoriesAt[doc + 1]; i++)
      add(this.#categories, segment.categoryNames[categories[i]]);
    if (days[doc] > 0) add(this.#years, yearOf(days[doc]));
    if (flags[doc] & HAS_CODE) this.#withCode += 1;
    if (flags[doc] & HAS_EXPERIMENT) this.#withExperiment += 1;
    const group = this.#groupOf?.(ids[doc]);
    if (group !== undefined) this.#groups.set(group, (this.#groups.get(group) ?? 0) + 1);
  }

  result(): Facets {
    return {
      categories: listed(this.#categories, (a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
      years: listed(this.#years, (a, b) => (a.name < b.name ? 1 : -1)),
      withCode: this.#withCode,
      withExperiment: this.#withExperiment,
      groups: [...this.#groups].map(([id, count]) => ({ id, count })).sort((a, b) => b.count - a.count || a.id - b.id),
    };
  }
}

const years = new Map<number, string>();

function yearOf(day: number): string {
  let year = years.get(day);
  if (year === undefined) {
    year = dayOf(day).slice(0, 4);
    years.set(day, year);
  }
  return year;
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

type Counted = { name: string; count: number };
function listed(counts: Map<string, number>, order: (a: Counted, b: Counted) => number): Counted[] {
  return [...counts].map(([name, count]) => ({ name, count })).sort(order);
}
