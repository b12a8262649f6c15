import { storeFromParent } from '@broadsheet/database/testing';
import { hostOn } from '../../testing/host.ts';
import { loadSearchOrFeed, readySiteIndex } from '../index.ts';
import { stopIndexer } from '../indexer.ts';

// Follows its parent's store, searches, and tells how many it found and what it warned of.
const host = await hostOn(storeFromParent(), { dataDir: process.env.INDEX_DIR });
const warnings: string[] = [];
host.log.warn = (message: unknown) => warnings.push(String(message));
await readySiteIndex(host);
const query = { window: { kind: 'all' as const }, order: 'top' as const, filters: { text: 'lattices' } };
const { total, notes } = await loadSearchOrFeed(host, query);
process.send?.({ total, notes, warnings });
await host.close();
await stopIndexer();
process.disconnect();
