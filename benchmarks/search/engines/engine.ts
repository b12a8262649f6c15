import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CorpusPaper } from '../corpus.ts';

/** A search engine as it is measured: filled once with titles and abstracts, then asked. */
export interface Engine {
  build(papers: readonly CorpusPaper[]): Promise<void> | void;
  /** Places of papers in the corpus, the best first. */
  search(text: string): Promise<number[]> | number[];
  /** Bytes of what it searches in, where that is known. */
  bytes?(): number;
}

/** So many are asked for. */
export const TOP = 10;

/** Peers are packages that nobody but a benchmark needs; they lie in benchmarks/node_modules. */
export const requirePeer = createRequire(fileURLToPath(new URL('../../package.json', import.meta.url)));
