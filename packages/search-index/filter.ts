import { dayNumber } from './paper.ts';
import { HAS_CODE, HAS_EXPERIMENT, REMOVED, type Segment } from './segment.ts';

/** What papers must be, whatever their words. */
export interface Filter {
  /** First and last day of listing, 'YYYY-MM-DD'. */
  from?: string;
  until?: string;
  categories?: CategoryAlgebra;
  hasCode?: boolean;
  hasExperiment?: boolean;
  minVotes?: number;
  /** What the index itself does not know of a paper, by its id; asked last, of few. */
  only?: (paperId: number) => boolean;
}

/** In one of these categories (in any, where none is named), and in none of those. An archive stands for all of its own. */
export interface CategoryAlgebra {
  any: string[];
  none: string[];
}

/** A category or an archive: cs.LG, astro-ph.GA, physics.ao-ph, hep-th, cs. */
const NAME = /[a-z]+(?:-[a-z]+)?(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+(?![a-z.]))?))?/y;

/**
 * Reads "cs.AI+cs.LG-cs.CY"; undefined when it is not of that form. In an address a plus sign arrives as a space. Names
 * hold hyphens themselves, and a minus before another archive's name is not one of them.
 */
export function parseCategories(text: string): CategoryAlgebra | undefined {
  const any: string[] = [];
  const none: string[] = [];
  for (let at = 0; at < text.length; ) {
    const sign = '+- '.includes(text[at]) ? text[at++] : '';
    if (sign === '' && at > 0) return undefined;
    const name = nameAt(text, at);
    if (!name) return undefined;
    (sign === '-' ? none : any).push(name);
    at += name.length;
  }
  return any.length + none.length > 0 ? { any, none } : undefined;
}

function nameAt(text: string, at: number): string | undefined {
  NAME.lastIndex = at;
  const name = NAME.exec(text)?.[0];
  // "cs-hep-th": what follows the first hyphen is another archive, as no archive is called so.
  return name && !ARCHIVES_WITH_HYPHEN.test(name) ? name.replace(/-.*$/, '') : name;
}

const ARCHIVES_WITH_HYPHEN =
  /^(?:[a-z]+(?:\.|$)|(?:astro-ph|cond-mat|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math-ph|nucl-ex|nucl-th|q-bio|q-fin|quant-ph)(?:\.|$))/;

/** A test of a segment's documents. */
export function allowing(segment: Segment, filter: Filter): (doc: number) => boolean {
  const { flags, days, votes, ids } = segment.s;
  const { only } = filter;
  // Most questions have none, and what is not looked at need not be fetched from memory.
  if (Object.values(filter).every((asked) => asked === undefined)) {
    if (segment.live === segment.docs) return () => true;
    return (doc) => (flags[doc] & REMOVED) === 0;
  }
  const from = filter.from === undefined ? Number.NEGATIVE_INFINITY : dayNumber(filter.from);
  const until = filter.until === undefined ? Number.POSITIVE_INFINITY : dayNumber(filter.until);
  const wanted = (filter.hasCode ? HAS_CODE : 0) | (filter.hasExperiment ? HAS_EXPERIMENT : 0);
  const minVotes = filter.minVotes ?? Number.NEGATIVE_INFINITY;
  const inCategories = filter.categories && categoryTest(segment, filter.categories);
  return (doc) =>
    (flags[doc] & (REMOVED | wanted)) === wanted &&
    days[doc] >= from &&
    days[doc] <= until &&
    votes[doc] >= minVotes &&
    (!inCategories || inCategories(doc)) &&
    (!only || only(ids[doc]));
}

function categoryTest(segment: Segment, { any, none }: CategoryAlgebra): (doc: number) => boolean {
  const { categories, categoriesAt } = segment.s;
  const isOf = (names: string[]) =>
    segment.categoryNames.map((name) => names.some((wanted) => name === wanted || name.startsWith(`${wanted}.`)));
  const isWanted = isOf(any);
  const isUnwanted = isOf(none);
  return (doc) => {
    let isIn = any.length === 0;
    for (let i = categoriesAt[doc]; i < categoriesAt[doc + 1]; i++) {
      if (isUnwanted[categories[i]]) return false;
      if (isWanted[categories[i]]) isIn = true;
    }
    return isIn;
  };
}
