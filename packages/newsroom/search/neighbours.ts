import type { TrainingPaper } from '@broadsheet/encoder';
import { SearchIndex } from '@broadsheet/search-index';

/** As many as make a quarter of a batch papers of one's own and the rest their neighbours. */
const NEIGHBOURS = 3;

/** For each paper the places of those that share its most telling words: what an encoder finds hardest to tell apart. */
export function neighboursOf(papers: readonly TrainingPaper[], { signal }: { signal?: AbortSignal } = {}): number[][] {
  const index = new SearchIndex();
  for (const [id, { title, abstract }] of papers.entries())
    index.upsert({ id, title, abstract, authors: [], categories: [] });
  index.compact();
  return papers.map(({ title, abstract }, id) => {
    signal?.throwIfAborted();
    return index.similar(`${title}. ${abstract}`, { limit: NEIGHBOURS, except: id }).hits.map((hit) => hit.id);
  });
}
