import { storeFromParent } from '@broadsheet/database/testing';
import { hostOn } from '../../testing/host.ts';
import { siteIndex } from '../index.ts';

// Builds the index of its parent's site, and tells when it has begun; for the test that kills it half-way.
const host = await hostOn(storeFromParent(), { dataDir: process.env.INDEX_DIR });
const told = setInterval(() => {
  if (siteIndex(host).progress) process.send?.('indexing');
}, 5);
void told;
