import { createRng, type Rng } from '../../packages/engine/stats/index.ts';
import type { CorpusPaper } from './corpus.ts';

/** One question of a task, and the papers that answer it, by their places in the corpus. */
export interface Question {
  text: string;
  answers: Set<number>;
  /** For similar papers: the paper that is asked about, which is no answer. */
  about?: number;
}

export interface Tasks {
  /** Texts as they are indexed: of some papers the title or a sentence is left out. */
  texts: { title: string; abstract: string }[];
  known: Record<string, { validation: Question[]; test: Question[] }>;
  similar: Record<string, { validation: Question[]; test: Question[] }>;
}

const MAX_QUERY_CHARS = 250;
const HALF_A_YEAR_DAYS = 183;
const RARE_KEYWORD_PAPERS = 300;

/** Words that mean the same in titles of papers; ours. */
const SYNONYMS: [RegExp, string][] = [
  [/\blarge language models?\b/i, 'LLM'],
  [/\bLLMs?\b/, 'large language model'],
  [/\breinforcement learning\b/i, 'RL'],
  [/\bRL\b/, 'reinforcement learning'],
  [/\bdeep learning\b/i, 'neural networks'],
  [/\bneural networks?\b/i, 'deep learning'],
  [/\bframework\b/i, 'system'],
  [/\bapproach\b/i, 'method'],
  [/\bmethods?\b/i, 'technique'],
  [/\bbenchmark(ing)?\b/i, 'evaluation suite'],
  [/\bevaluat(e|ing|ion)\b/i, 'assessment'],
  [/\bimages?\b/i, 'pictures'],
  [/\bvideos?\b/i, 'film clips'],
  [/\bsurvey\b/i, 'review'],
  [/\befficient\b/i, 'fast'],
  [/\bfast\b/i, 'efficient'],
  [/\benhanc(e|ing)\b/i, 'improving'],
  [/\bimprov(e|ing)\b/i, 'enhancing'],
  [/\bpredict(ion|ing)\b/i, 'forecast'],
  [/\bdetect(ion|ing)\b/i, 'recognition'],
  [/\brobust(ness)?\b/i, 'reliability'],
  [/\bmulti-?modal\b/i, 'vision-language'],
  [/\bvision-language\b/i, 'multimodal'],
  [/\bautonomous driving\b/i, 'self-driving cars'],
  [/\bgenerat(ion|ing)\b/i, 'synthesis'],
  [/\bfine-?tuning\b/i, 'adapting'],
  [/\bmedical\b/i, 'clinical'],
  [/\bclinical\b/i, 'medical'],
  [/\bcausal\b/i, 'cause and effect'],
  [/\bsafety\b/i, 'harmlessness'],
  [/\bagents?\b/i, 'assistants'],
  [/\bgraphs?\b/i, 'networks'],
];

/** Questions of which it is known what should be found; papers asked about in one task are in no other that changes texts. */
export function makeTasks(papers: readonly CorpusPaper[], { validation = 400, test = 300, seed = 11 } = {}): Tasks {
  const most = { validation, test };
  const rng = createRng(seed);
  const texts = papers.map(({ title, abstract }) => ({ title, abstract }));
  const [from, until] = [Math.floor(papers.length * 0.8), Math.floor(papers.length * 0.9)];
  const parts = { validation: [from, until], test: [until, papers.length] } as const;
  const known: Tasks['known'] = {};
  const used = new Set<number>();
  const makers: Record<string, (i: number, r: Rng) => string | undefined> = {
    'three keywords': (i, r) => {
      const { keywords = [] } = papers[i];
      return keywords.length < 3
        ? undefined
        : r
            .shuffle([...keywords])
            .slice(0, 3)
            .join(' ');
    },
    'title, words dropped': (i, r) => fewer(papers[i].title, r),
    'title, misspelt': (i, r) => misspelt(papers[i].title, r),
    'title, other words': (i) => otherWords(papers[i].title),
    'a sentence that was taken out': (i, r) => {
      const sentences = papers[i].abstract.split(/(?<=[.!?])\s+/);
      if (sentences.length < 4) return undefined;
      const [taken] = sentences.splice(r.integer(1, sentences.length), 1);
      if (taken.length < 40) return undefined;
      texts[i] = { title: papers[i].title, abstract: sentences.join(' ') };
      return taken;
    },
    'title to its abstract': (i) => {
      texts[i] = { title: '', abstract: papers[i].abstract };
      return papers[i].title;
    },
  };
  for (const [name, make] of Object.entries(makers)) {
    const of = (part: 'validation' | 'test') => {
      const [first, end] = parts[part];
      const r = rng.split(name, part);
      const questions: Question[] = [];
      for (const offset of r.permutation(end - first)) {
        const i = first + offset;
        if (used.has(i) || questions.length >= most[part]) continue;
        const text = make(i, r)?.slice(0, MAX_QUERY_CHARS);
        if (!text) continue;
        used.add(i);
        questions.push({ text, answers: new Set([i]) });
      }
      return questions;
    };
    known[name] = { validation: of('validation'), test: of('test') };
  }
  const judged = { 'same first author': firstAuthors(papers), 'shared rare keywords': rareKeywords(papers) };
  const similar: Tasks['similar'] = {};
  for (const [name, answersOf] of Object.entries(judged)) {
    const of = (part: 'validation' | 'test') => {
      const [first, end] = parts[part];
      const questions: Question[] = [];
      for (const offset of rng.split(name, part).permutation(end - first)) {
        const about = first + offset;
        if (used.has(about) || questions.length >= most[part]) continue;
        const answers = answersOf(about);
        if (answers.size > 0)
          questions.push({ text: `${papers[about].title}. ${papers[about].abstract}`, answers, about });
      }
      return questions;
    };
    similar[name] = { validation: of('validation'), test: of('test') };
  }
  return { texts, known, similar };
}

function fewer(title: string, rng: Rng): string | undefined {
  const words = title.split(/\s+/);
  if (words.length < 5) return undefined;
  return words.filter(() => rng.uniform() > 0.4).join(' ') || undefined;
}

function misspelt(title: string, rng: Rng): string | undefined {
  const words = title.split(/\s+/);
  const long = words.flatMap((word, at) => (/^[A-Za-z]{6,}$/.test(word) ? [at] : []));
  if (long.length < 2) return undefined;
  for (const at of rng.shuffle(long).slice(0, 2)) {
    const word = words[at];
    const place = rng.integer(1, word.length - 1);
    const kind = rng.integer(0, 3);
    if (kind === 0) words[at] = word.slice(0, place) + word.slice(place + 1);
    else if (kind === 1) words[at] = word.slice(0, place) + word[place + 1] + word[place] + word.slice(place + 2);
    else words[at] = word.slice(0, place) + 'abcdefghijklmnopqrstuvwxyz'[rng.integer(0, 26)] + word.slice(place);
  }
  return words.join(' ');
}

function otherWords(title: string): string | undefined {
  let changed = 0;
  let text = title.replace(/^[^:]{1,30}:\s*/, '');
  for (const [word, other] of SYNONYMS) {
    if (changed >= 2 || !word.test(text)) continue;
    text = text.replace(word, other);
    changed += 1;
  }
  return changed >= 2 ? text : undefined;
}

function firstAuthors(papers: readonly CorpusPaper[]): (i: number) => Set<number> {
  const byAuthor = new Map<string, number[]>();
  for (const [i, { authors }] of papers.entries())
    if (authors?.[0]) byAuthor.set(authors[0], [...(byAuthor.get(authors[0]) ?? []), i]);
  const dayOf = (i: number) => Date.parse(papers[i].day ?? '') / 86_400_000;
  return (i) => {
    const same = byAuthor.get(papers[i].authors?.[0] ?? '') ?? [];
    // Names that many bear are no sign of one person.
    if (same.length > 12) return new Set();
    return new Set(same.filter((j) => j !== i && Math.abs(dayOf(i) - dayOf(j)) <= HALF_A_YEAR_DAYS));
  };
}

function rareKeywords(papers: readonly CorpusPaper[]): (i: number) => Set<number> {
  const byKeyword = new Map<string, number[]>();
  for (const [i, { keywords = [] }] of papers.entries())
    for (const keyword of new Set(keywords.map((k) => k.toLowerCase())))
      byKeyword.set(keyword, [...(byKeyword.get(keyword) ?? []), i]);
  return (i) => {
    const shared = new Map<number, number>();
    for (const keyword of new Set((papers[i].keywords ?? []).map((k) => k.toLowerCase()))) {
      const holders = byKeyword.get(keyword) ?? [];
      if (holders.length <= RARE_KEYWORD_PAPERS)
        for (const j of holders) if (j !== i) shared.set(j, (shared.get(j) ?? 0) + 1);
    }
    return new Set([...shared].filter(([, count]) => count >= 3).map(([j]) => j));
  };
}
