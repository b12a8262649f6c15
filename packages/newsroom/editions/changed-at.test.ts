import { temporarySqlite } from '@broadsheet/database/testing';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { hostOn } from '../testing/index.ts';
import { setVote } from '../votes/index.ts';
import { loadFeed, resolveFeed } from './index.ts';

const CAME = Date.parse('2026-01-14T10:00:00Z');
const NOW = Date.parse('2026-01-16T15:00:00Z');

describe('when a feed changed', () => {
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let host: Awaited<ReturnType<typeof hostOn>>;
  beforeEach(async () => {
    database = await temporarySqlite();
    host = await hostOn(database, { at: NOW });
  });
  afterEach(() => database.dispose());
  const add = (arxivId: string, now: number, more: object = {}) =>
    mergeRecords(
      database,
      [{ source: 'huggingface', arxivId, title: `Paper ${arxivId}`, listedOn: '2026-01-14', ...more }],
      { now, today: '2026-01-14' },
    );
  const changedAt = async (address = '/papers/new') => {
    const asked = resolveFeed(address, new URLSearchParams());
    if (asked?.kind !== 'feed') throw new Error(`${address} is no feed`);
    return (await loadFeed(host, asked.query)).changedAt;
  };

  test('it is when the newest of its papers came, however often it is loaded', async () => {
    await add('2601.00001', CAME - 5_000);
    await add('2601.00002', CAME);
    expect(await changedAt()).toBe(CAME);
    expect(await changedAt()).toBe(CAME);
  });

  test('a revision and a feature count, a vote does not', async () => {
    await add('2601.00001', CAME);
    await setVote(host, { readerId: (await localReader(host)).id, paperKey: '2601.00001', on: true });
    expect(await changedAt()).toBe(CAME);
    await add('2601.00001', CAME + 60_000, { updatedAt: CAME + 30_000, version: 2 });
    expect(await changedAt()).toBe(CAME + 30_000);
    await add('2601.00001', CAME + 90_000, { feature: { day: '2026-01-14', by: 'source' } });
    expect(await changedAt('/papers/date/2026-01-14')).toBe(CAME + 90_000);
  });

  test('a revision that is dated later than now is no news from there', async () => {
    await add('2601.00001', CAME, { updatedAt: NOW + 86_400_000, version: 2 });
    expect(await changedAt()).toBe(NOW);
  });

  test('a feed without papers has no such instant', async () => {
    expect(await changedAt()).toBeUndefined();
  });
});
