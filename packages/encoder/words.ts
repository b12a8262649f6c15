/** What stands before the first piece of a word, so that a beginning and a middle are told apart. */
export const WORD_START = '▁';
/** Longer "words" are data pasted into a text. */
const MAX_WORD_CHARS = 40;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that write without spaces: each letter is a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const BEYOND_ASCII = /[^\0-\x7f]/;

/** The words of a text as the tokenizer takes them: lower case, without accents, letters of unspaced scripts one by one. */
export function wordsOf(text: string): string[] {
  return BEYOND_ASCII.test(text) ? anyWords(text) : plainWords(text.toLowerCase());
}

/** Most texts are plain, and need neither taking apart nor expressions. */
function plainWords(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    const isLetter = (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
    if (isLetter && start < 0) start = i;
    else if (!isLetter && start >= 0) {
      words.push(text.slice(start, Math.min(i, start + MAX_WORD_CHARS)));
      start = -1;
    }
  }
  return words;
}

function anyWords(text: string): string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  const words: string[] = [];
  for (const [word] of folded.matchAll(WORD)) {
    if (UNSPACED.test(word)) words.push(...word);
    else words.push(word.length > MAX_WORD_CHARS ? word.slice(0, MAX_WORD_CHARS).toWellFormed() : word);
  }
  return words;
}
