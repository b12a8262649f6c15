import type { Engine } from './engine.ts';
import { fts5 } from './fts5.ts';
import { lancedb } from './lancedb.ts';
import { minisearch } from './minisearch.ts';
import { ours, oursWithVectors } from './ours.ts';
import { postgres } from './postgres.ts';

export type { Engine } from './engine.ts';

const address = process.env.BROADSHEET_TEST_POSTGRES;

/** All that are compared, by what the tables call them. */
export const ENGINES: Record<string, () => Engine | Promise<Engine>> = {
  'ours, words': () => ours({ isCounted: false }),
  'ours, words, all counted by kinds': () => ours({ isCounted: true }),
  'ours, with vectors': oursWithVectors,
  ...(address ? { 'PostgreSQL, all words': () => postgres(address) } : {}),
  'SQLite FTS5, all words': () => fts5(' '),
  LanceDB: lancedb,
  'SQLite FTS5, any word': () => fts5(' OR '),
  MiniSearch: minisearch,
};
