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

export type Field = 'title' | 'author' | 'category' | 'organization';

export interface Query {
  clauses: Clause[];
  /** What was not understood as an operator, said to the reader. */
  notes: string[];
}

/** Longer questions are pasted by mistake. */
export const MAX_QUERY_CHARS = 250;

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
  const clauses: Clause[] = [];
  const notes: string[] = [];
  if ((text.match(/"/g)?.length ?? 0) % 2 === 1) notes.push('A quotation mark without its partner was left out.');
  for (const match of text.matchAll(CLAUSE)) {
    const [all, minus, name, phrase, word] = match;
    const field = name ? FIELDS[name.toLowerCase()] : undefined;
    if (name && !field && phrase === undefined)
      notes.push(`“${name}:” is no field here; title, author, cat and org are.`);
    const body = phrase ?? (name && !field ? `${name} ${word}` : (word ?? all));
    if (field === 'category') {
      clauses.push({ kind: 'term', text: body, terms: [fold(body)], field, isExcluded: Boolean(minus) });
      continue;
    }
    const terms = tokensOf(body).map((token) => token.term);
    if (terms.length === 0) continue;
    const isPhrase = phrase !== undefined && terms.length > 1;
    if (isPhrase) clauses.push({ kind: 'phrase', text: body, terms, field, isExcluded: Boolean(minus) });
    else
      for (const term of terms)
        clauses.push({ kind: 'term', text: body, terms: [term], field, isExcluded: Boolean(minus) });
  }
  const last = clauses.at(-1);
  if (typing && last?.kind === 'term' && !last.isExcluded && last.field !== 'category' && /[\p{L}\p{N}]$/u.test(text)) {
    last.kind = 'prefix';
    last.terms = [fold(last.text.split(/[^\p{L}\p{M}\p{N}]+/u).at(-1) ?? last.text)];
  }
  return { clauses: withoutStopWords(clauses), notes };
}

/** Stop words say nothing beside other words; alone they are all there is to go by. */
function withoutStopWords(clauses: Clause[]): Clause[] {
  const telling = clauses.filter((c) => c.kind !== 'term' || c.field || !STOP_WORDS.has(fold(c.text)));
  return telling.some((c) => !c.isExcluded) ? telling : clauses;
}
