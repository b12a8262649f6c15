import { createRng } from '../../packages/engine/stats/index.ts';
import type { CorpusPaper } from './corpus.ts';

/** Three keywords of a paper. */
export interface KeywordQuestion {
  /** The paper's place in the corpus. */
  id: number;
  text: string;
}

/**
 * Questions of three keywords each, every one of another paper.
 * @returns those that are measured, and as many others as are wanted for before
 */
export function keywordQuestions(
  papers: readonly CorpusPaper[],
  { asked, before }: { asked: number; before: number },
): { asked: KeywordQuestion[]; before: KeywordQuestion[] } {
  const rng = createRng(7);
  const withKeywords = rng.permutation(papers.length).filter((i) => (papers[i].keywords?.length ?? 0) >= 3);
  const questionOf = (id: number) => ({
    id,
    text: rng
      .shuffle([...(papers[id].keywords ?? [])])
      .slice(0, 3)
      .join(' ')
      .slice(0, 250),
  });
  return {
    asked: Array.from(withKeywords.slice(0, asked), questionOf),
    before: Array.from(withKeywords.slice(asked, asked + before), questionOf),
  };
}
