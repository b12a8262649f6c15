import { type Engine, requirePeer, TOP } from './engine.ts';

export function minisearch(): Engine {
  const MiniSearch = requirePeer('minisearch');
  const index = new MiniSearch({ fields: ['title', 'abstract'] });
  return {
    build: (papers) => index.addAll(papers.map(({ title, abstract }, id) => ({ id, title, abstract }))),
    search: (text) =>
      index
        .search(text, { boost: { title: 2 } })
        .slice(0, TOP)
        .map((hit: { id: number }) => hit.id),
  };
}
