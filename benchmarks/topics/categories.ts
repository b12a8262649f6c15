import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readEncoder } from '@broadsheet/encoder';
import { loadCorpus } from '../search/corpus.ts';

const ARXIV = /^[a-z-]+(\.[A-Za-z-]+)?$/; // and not the ACM's classes, which some authors add
export const VIEWS = 3; // all of it; title and first half; second half

/** One category's papers: `views` vectors of `width` each, one paper after the other. */
export interface Category {
  readonly name: string;
  readonly count: number;
  readonly data: Float32Array;
}

/**
 * Papers with an abstract, by the rarest of their categories: the common ones (cs.CV, cs.AI) say little of a paper, and
 * by first categories only eight have enough papers. All papers of each category that has at least so many.
 */
export async function readCategories(least: number): Promise<{ categories: Category[]; width: number }> {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('@broadsheet/encoder/house-encoder.safetensors'));
  const { encoder } = readEncoder(bytes);
  const papers = (await loadCorpus())
    .map((paper) => ({ ...paper, categories: paper.categories?.filter((name) => ARXIV.test(name)) }))
    .filter(({ abstract, categories }) => abstract && categories?.length);
  const counts = new Map<string, number>();
  for (const { categories = [] } of papers)
    for (const category of categories) counts.set(category, (counts.get(category) ?? 0) + 1);
  const byCategory = Map.groupBy(papers, ({ categories = [] }) =>
    categories.reduce((rarest, category) =>
      (counts.get(category) ?? 0) < (counts.get(rarest) ?? 0) ? category : rarest,
    ),
  );
  const width = encoder.dimensions;
  const categories = [...byCategory]
    .filter(([, found]) => found.length >= least)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]): Category => {
      const data = new Float32Array(found.length * VIEWS * width);
      for (const [i, { title, abstract }] of found.entries())
        for (const [view, text] of viewsOf(title, abstract).entries())
          data.set(encoder.encode(text), (i * VIEWS + view) * width);
      return { name, count: found.length, data };
    });
  return { categories, width };
}

function viewsOf(title: string, abstract: string): string[] {
  const words = abstract.split(/\s+/);
  const half = Math.ceil(words.length / 2);
  return [`${title} ${abstract}`, `${title} ${words.slice(0, half).join(' ')}`, words.slice(half).join(' ') || title];
}
