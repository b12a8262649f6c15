import { readFileSync } from 'node:fs';
import { readEncoder } from '../../../packages/encoder/index.ts';
import { fuse, SearchIndex } from '../../../packages/search-index/index.ts';
import { VectorIndex } from '../../../packages/search-index/vectors/index.ts';
import { type Engine, TOP } from './engine.ts';

/** The ten best, as while typing and over the API; a page of results is also told how many papers there are, by kinds. */
export function ours({ isCounted }: { isCounted: boolean }): Engine {
  const index = new SearchIndex();
  return {
    build: (papers) => {
      for (const [id, { title, abstract, categories = [], day }] of papers.entries())
        index.upsert({ id, title, abstract, authors: [], categories, listedOn: day });
      index.compact();
    },
    search: (text) => index.search(text, { limit: TOP, counted: isCounted }).hits.map((hit) => hit.id),
    bytes: () => index.bytes,
  };
}

export function oursWithVectors(): Engine {
  const { encoder } = readEncoder(readFileSync('packages/encoder/house-encoder.safetensors'));
  const index = new SearchIndex();
  const vectors = new VectorIndex(encoder.dimensions);
  return {
    build: (papers) => {
      for (const [id, { title, abstract, categories = [], day }] of papers.entries()) {
        index.upsert({ id, title, abstract, authors: [], categories, listedOn: day });
        vectors.set(id, encoder.encode(`${title}. ${abstract}`));
      }
      index.compact();
    },
    search: (text) => {
      const query = encoder.encode(text);
      const { hits } = index.search(text, { limit: 100 });
      const near = vectors.near(query, { limit: 100 }).map(({ id, similarity }) => ({ id, score: similarity }));
      // The gate gives three keywords to the words alone; here the vectors are always asked, for the time that it takes.
      return fuse(hits, near, { weight: 0.1, similaritiesOf: (ids) => vectors.similarities(query, ids) })
        .slice(0, TOP)
        .map((f) => f.id);
    },
    bytes: () => index.bytes + vectors.bytes,
  };
}
