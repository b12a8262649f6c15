import type { Field } from './paper.ts';
import { type Piece, piecesOf } from './pieces.ts';
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
  const clauses: Clause[] = [];
  for (const piece of piecesOf(text, notes)) addClauses(piece, clauses, notes);
  if (typing && /[\p{L}\p{N}]$/u.test(text)) asBeginning(clauses.at(-1));
  const telling = withoutRepetition(withoutStopWords(clauses));
  if (telling.length > MAX_CLAUSES) notes.push(`Only the first ${MAX_CLAUSES} words are searched for.`);
  return { clauses: telling.slice(0, MAX_CLAUSES), notes };
}

/** Whether a paper without it is not found at all: words are wishes, operators are orders. */
export function isRequired(clause: Clause): boolean {
  return !clause.isExcluded && (clause.kind === 'phrase' || clause.field !== undefined);
}

function addClauses({ isExcluded, name, text, isPhrase }: Piece, clauses: Clause[], notes: string[]): void {
  const field = name ? FIELDS[name.toLowerCase()] : undefined;
  if (name && !field && !isPhrase) notes.push(`“${name}:” is no field here; title, author, cat and org are.`);
  const body = name && !field && !isPhrase ? `${name} ${text}` : text;
  if (field === 'category') {
    clauses.push({ kind: 'term', text: body, terms: [fold(body)], field, isExcluded });
    return;
  }
  const tokens = tokensOf(body);
  if (isPhrase && tokens.length > 1) {
    clauses.push({ kind: 'phrase', text: body, terms: tokens.map(({ term }) => term), field, isExcluded });
    return;
  }
  for (const { term, start, end } of tokens)
    clauses.push({ kind: 'term', text: body.slice(start, end), terms: [term], field, isExcluded });
}

function asBeginning(last: Clause | undefined): void {
  if (last?.kind !== 'term' || last.isExcluded || last.field === 'category') return;
  last.kind = 'prefix';
  last.terms = [fold(last.text)];
}

/** Stop words say nothing beside other words; alone they are all there is to go by. */
function withoutStopWords(clauses: Clause[]): Clause[] {
  const telling: Clause[] = [];
  let isAsked = false;
  for (const clause of clauses) {
    if (clause.kind === 'term' && !clause.field && STOP_WORDS.has(fold(clause.text))) continue;
    telling.push(clause);
    if (!clause.isExcluded) isAsked = true;
  }
  return isAsked ? telling : clauses;
}

function withoutRepetition(clauses: Clause[]): Clause[] {
  const different: Clause[] = [];
  for (const clause of clauses) if (!isAmong(clause, different)) different.push(clause);
  return different;
}

/** Compared one by one: there are few, and names for them would have to be made first. */
function isAmong(clause: Clause, others: Clause[]): boolean {
  for (const other of others) if (isSame(clause, other)) return true;
  return false;
}

function isSame(a: Clause, b: Clause): boolean {
  if (a.kind !== b.kind || a.field !== b.field || a.isExcluded !== b.isExcluded) return false;
  if (a.terms.length !== b.terms.length) return false;
  for (let i = 0; i < a.terms.length; i++) if (a.terms[i] !== b.terms[i]) return false;
  return true;
}
