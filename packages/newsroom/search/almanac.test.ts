import { readFileSync } from 'node:fs';
import { temporarySqlite } from '@broadsheet/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seedSite } from '../exchange/index.ts';
import { hostOn } from '../testing/host.ts';
import { loadSearchOrFeed, readyWords } from './index.ts';

/** The README's examples, so that what it promises is what is tried: "| `query` | words [id](…) |". */
const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const EXAMPLES = [...README.matchAll(/^\| `([^`]+)` \| .*`(\d{4}\.\d{5})`.* \|$/gm)].map(([, query, id]) => [
  query,
  id,
]);

describe('on the almanac alone', () => {
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let host: Awaited<ReturnType<typeof hostOn>>;
  beforeAll(async () => {
    database = await temporarySqlite();
    host = await hostOn(database, { at: Date.parse('2026-03-31T20:00:00Z') });
    await seedSite(host);
    await readyWords(host);
  }, 120_000);
  afterAll(() => database.dispose());

  test('the README has its six examples', () => expect(EXAMPLES).toHaveLength(6));

  test.for(EXAMPLES)('%s finds %s first', async ([text, id]) => {
    const { entries } = await loadSearchOrFeed(host, { window: { kind: 'all' }, order: 'top', filters: { text } });
    expect(entries[0].key).toBe(id);
    expect(entries[0].why).toBeDefined();
  });
});
