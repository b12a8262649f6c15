/** What the index reads of a paper. */
export interface IndexedPaper {
  id: number;
  title: string;
  abstract?: string;
  authors: string[];
  keywords?: string[];
  categories: string[];
  organization?: string;
  /** 'YYYY-MM-DD'; for filters, facets and the order of the calendar. */
  listedOn?: string;
  votes?: number;
  hasCode?: boolean;
  hasExperiment?: boolean;
}

export type Field = 'title' | 'author' | 'category' | 'organization';

/** A term of a field is indexed beside the plain one, under a sign that no word has; they come first in a dictionary. */
export const FIELD_SIGN: Record<Field, string> = {
  title: '\u0001',
  author: '\u0002',
  category: '\u0003',
  organization: '\u0004',
};

/** The word of an indexed term, without the sign of its field. */
export function wordOf(term: string): string {
  return term.charCodeAt(0) <= 4 ? term.slice(1) : term;
}

const DAY_MS = 86_400_000;

/** A calendar day as a count of days since 1970; a paper without one is of the first. */
export function dayNumber(day: string | undefined): number {
  const at = day === undefined ? Number.NaN : Date.parse(day);
  return Number.isNaN(at) ? 0 : Math.floor(at / DAY_MS);
}

export function dayOf(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
