import type { Field } from './paper.ts';
import { fold, STOP_WORDS, tokensOf } from './tokens.ts';

/** One thing that a query asks for. */
export interface Clause {
  kind: 'term' | 'phrase' | 'prefix';
  /** As typed. */
  text: string;
  /** Indexed words; one for a term or prefix, several for a phrase. */
  terms: string[];
  field?: Field;
  isExcluded: boolean;
}

export interface Query {
  clauses: Clause[];
  /** What was not understood as an operator, said to the reader. */
  notes: string[];
}

/** Longer questions are pasted by mistake. */
export const MAX_QUERY_CHARS = 250;
/** As many as a search keeps apart in the bits of a number. */
const MAX_CLAUSES = 24;

export class QueryTooLong extends Error {
  override name = 'QueryTooLong';
}

const FIELDS: Record<string, Field> = {
  title: 'title',
  ti: 'title',
  author: 'author',
  au: 'author',
  cat: 'category',
  category: 'category',
  org: 'organization',
};
/** An optional minus, an optional field, and a word or a quoted phrase. */
const CLAUSE = /(-)?(?:([a-z]+):)?(?:"([^"]*)"|([^\s"]+))/gi;

/**
 * Reads a question. Nothing is a syntax error: what cannot be an operator is understood as words, and `notes` says so.
 * @param typing the last word is still being typed and matches as a beginning
 * @throws {QueryTooLong} above 250 characters
 */
export function parseQuery(text: string, { typing = false }: { typing?: boolean } = {}): Query {
  if (text.length > MAX_QUERY_CHARS) {
    throw new QueryTooLong(`The question has ${text.length} characters; at most ${MAX_QUERY_CHARS} are searched for.`);
  }
  const notes: string[] = [];
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) notes.push('A quotation mark without its partner was left out.');
  const clauses = [...text.matchAll(CLAUSE)].flatMap((match) => clausesOf(match, notes));
  if (typing && /[\p{L}\p{N}]$/u.test(text)) asBeginning(clauses.at(-1));
  const telling = withoutRepetition(withoutStopWords(clauses));
  if (telling.length > MAX_CLAUSES) notes.push(`Only the first ${MAX_CLAUSES} words are searched for.`);
  return { clauses: telling.slice(0, MAX_CLAUSES), notes };
}

/** Whether a paper without it is not found at all: words are wishes, operators are orders. */
export function isRequired(clause: Clause): boolean {
  return !clause.isExcluded && (clause.kind === 'phrase' || clause.field !== undefined);
}

function clausesOf([all, minus, name, phrase, word]: RegExpMatchArray, notes: string[]): Clause[] {
  const field = name ? FIELDS[name.toLowerCase()] : undefined;
  const isExcluded = Boolean(minus);
  if (name && !field && phrase === undefined)
    notes.push(`“${name}:” is no field here; title, author, cat and org are.`);
  const body = phrase ?? (name && !field ? `${name} ${word}` : (word ?? all));
  if (field === 'category') return [{ kind: 'term', text: body, terms: [fold(body)], field, isExcluded }];
  const tokens = tokensOf(body);
  const terms = tokens.map((token) => token.term);
  if (phrase !== undefined && terms.length > 1) return [{ kind: 'phrase', text: body, terms, field, isExcluded }];
  return tokens.map(({ term, start, end }) => ({
    kind: 'term',
    text: body.slice(start, end),
    terms: [term],
    field,
    isExcluded,
  }));
}

function asBeginning(last: Clause | undefined): void {
  if (last?.kind !== 'term' || last.isExcluded || last.field === 'category') return;
  last.kind = 'prefix';
  last.terms = [fold(last.text)];
}

/** Stop words say nothing beside other words; alone they are all there is to go by. */
function withoutStopWords(clauses: Clause[]): Clause[] {
  const telling = clauses.filter((c) => c.kind !== 'term' || c.field || !STOP_WORDS.has(fold(c.text)));
  return telling.some((c) => !c.isExcluded) ? telling : clauses;
}

function withoutRepetition(clauses: Clause[]): Clause[] {
  const seen = new Set<string>();
  return clauses.filter((c) => {
    const key = `${c.kind} ${c.field} ${c.isExcluded} ${c.terms.join(' ')}`;
    return !seen.has(key) && seen.add(key);
  });
}
