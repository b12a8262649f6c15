import { wordOf } from './paper.ts';
import { beginningsOf, tokensOf } from './tokens.ts';

/** A word that is not here, or is rare, and the indexed terms that it was taken for. */
export interface Guess {
  /** As typed. */
  text: string;
  /** The most frequent first. */
  terms: string[];
  isHere: boolean;
}

/** So many of the terms are named. */
const NAMED = 3;

/**
 * What a reader is told of a guess. Terms are stems, which nobody writes: they are named by words of the papers that were
 * found, and those that none of these has are not named.
 */
export function guessNote({ text, terms, isHere }: Guess, texts: readonly string[]): string {
  const written = writtenForms(texts, terms);
  const words = terms.flatMap((term) => written.get(term) ?? []).slice(0, NAMED);
  const first = `“${text}” is ${isHere ? 'rare' : 'not'} here`;
  if (words.length === 0) return `${first}.`;
  return `${first}; ${words.map((word) => `“${word}”`).join(', ')} ${words.length > 1 ? 'are' : 'is'} near it.`;
}

/** How some texts write indexed terms, each in the form that is commonest in them; of a term that none has, nothing. */
export function writtenForms(texts: readonly string[], terms: readonly string[]): Map<string, string> {
  const countsOf = new Map(terms.map((term) => [wordOf(term), new Map<string, number>()]));
  const beginnings = beginningsOf(countsOf.keys());
  for (const text of terms.length > 0 ? texts : [])
    for (const { term, start, end } of tokensOf(text, beginnings)) {
      const counts = countsOf.get(term);
      if (!counts) continue;
      const form = withoutFirstCapital(text.slice(start, end));
      counts.set(form, (counts.get(form) ?? 0) + 1);
    }
  return new Map(
    terms.flatMap((term): [string, string][] => {
      const counts = [...(countsOf.get(wordOf(term)) ?? [])];
      if (counts.length === 0) return [];
      return [[term, counts.reduce((best, next) => (next[1] > best[1] ? next : best))[0]]];
    }),
  );
}

/** A sentence's first word and a title's words have a capital that is not their own; "GPT" and "LoRA" keep theirs. */
function withoutFirstCapital(word: string): string {
  return /^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word;
}
