import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporarySqlite } from '@broadsheet/database/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FeedQuery, SearchMode } from '../editions/index.ts';
import { mergeRecords } from '../papers/index.ts';
import { hostOn } from '../testing/host.ts';
import { loadSearchOrFeed, readySiteIndex, readyWords, similarPapers } from './index.ts';

/** Words of the same row mean the same to this encoder. */
const TOPICS = [
  ['car', 'cars', 'automobile', 'vehicle'],
  ['river', 'rivers', 'stream', 'water'],
  ['star', 'stars', 'planet', 'moon'],
];

describe('searching by meaning, with an encoder behind /v1/embeddings', () => {
  let server: Server;
  let address: string;
  let state: { asked: number; isBroken: boolean; held?: Promise<void> };
  let dataDir: string;
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let servers = 0;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', async () => {
        const { input } = JSON.parse(body) as { input: string[] };
        state.asked += input.length;
        // What is asked of it first are its dimensions.
        if (input.length > 1) await state.held;
        if (state.isBroken || request.url?.split('?')[0] !== '/v1/embeddings') {
          response.writeHead(500).end('broken');
          return;
        }
        const data = input.map((text, index) => {
          const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
          const embedding = [...TOPICS.map((topic) => words.filter((w) => topic.includes(w)).length), 0.1];
          return { index, embedding };
        });
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data: data.reverse() }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(async () => {
    state = { asked: 0, isBroken: false };
    servers += 1;
    dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-vectors-'));
    database = await temporarySqlite();
    const titles = [
      'Cars on the road',
      'Automobile traffic seen from above',
      'Rivers in spring',
      'Moon and planet',
      'The road to peace',
    ];
    const records = titles.map((title, i) => ({
      source: 'test',
      arxivId: `2601.0000${i + 1}`,
      title,
      authors: ['A. B.'],
    }));
    await mergeRecords(database, records, { now: 0, today: '2026-01-01' });
  });
  afterEach(async () => {
    await database.dispose();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  // Each test's own name, so that none finds an encoder that another has opened.
  const open = (encoder = `openai:${address}#model-${servers}`) =>
    hostOn(database, { dataDir, env: { BROADSHEET_ENCODER: encoder } });
  const found = async (
    host: Awaited<ReturnType<typeof open>>,
    text: string,
    mode: SearchMode,
    order: FeedQuery['order'] = 'top',
  ) => {
    await readySiteIndex(host);
    const query: FeedQuery = { window: { kind: 'all' }, order, filters: { text } };
    return loadSearchOrFeed(host, mode === 'hybrid' ? query : { ...query, mode });
  };

  test('papers that share no word with the question are found, and marked as such', async () => {
    const feed = await found(await open(), 'vehicle', 'semantic');
    expect(
      feed.entries
        .slice(0, 2)
        .map((e) => e.title)
        .sort(),
    ).toEqual(['Automobile traffic seen from above', 'Cars on the road']);
    expect(feed.entries[0].why).toMatch(/^shares none of the words, but is near in meaning \(0\.\d\d|1\.00\)$/);
    expect(feed.entries[0].isByMeaning).toBe(true);
    expect(feed.search?.hasMeaning).toBe(true);
    expect((await found(await open(), 'vehicle', 'keyword')).entries).toEqual([]);
  });

  test('a paper that has one of the words is not marked, however near its meaning is', async () => {
    const feed = await found(await open(), 'cars', 'semantic');
    const marks = new Map(feed.entries.map((e) => [e.title, e.isByMeaning]));
    expect(marks.get('Cars on the road')).toBeUndefined();
    expect(marks.get('Automobile traffic seen from above')).toBe(true);
  });

  test('operators are orders in every mode, and the nearest can be had in the order of the calendar', async () => {
    const titles = async (text: string, mode: SearchMode) =>
      (await found(await open(), text, mode)).entries.map((e) => e.title);
    expect(await titles('vehicle -traffic', 'semantic')).not.toContain('Automobile traffic seen from above');
    expect(await titles('vehicle title:road', 'semantic')).toEqual(['Cars on the road', 'The road to peace']);
    expect(await titles('vehicle title:nowhere', 'semantic')).toEqual([]);
    expect(await titles('vehicle title:nowhere', 'hybrid')).toEqual([]);
    const near = await found(await open(), 'vehicle', 'semantic', 'newest');
    expect(near.entries.map((e) => e.key)).toEqual(
      near.entries
        .map((e) => e.key)
        .sort()
        .reverse(),
    );
    expect(near.search?.facets?.years).toEqual([{ name: '2026', count: near.total }]);
  });

  test('similar papers are those that mean the same, though they share no word', async () => {
    const host = await open();
    await readySiteIndex(host);
    const similar = await similarPapers(host, { id: 1, title: 'Cars on the road', keywords: [] });
    expect(similar.slice(0, 2).map((s) => s.title)).toEqual([
      'The road to peace',
      'Automobile traffic seen from above',
    ]);
    expect(similar[1].sharedWords).toEqual([]);
  });

  test('vectors are kept: at the next start only what changed is encoded', async () => {
    await readySiteIndex(await open());
    expect(readdirSync(dataDir).some((name) => name.startsWith('search-vectors-openai-model'))).toBe(true);
    const before = state.asked;
    await mergeRecords(
      database,
      [{ source: 'test', arxivId: '2601.00009', title: 'A stream of stars', authors: ['X'] }],
      { now: 0, today: '2026-01-02' },
    );
    const feed = await found(await open(), 'water', 'semantic');
    expect(feed.entries.map((e) => e.title)).toContain('A stream of stars');
    // The new paper and the question.
    expect(state.asked - before).toBeLessThanOrEqual(3);
  });

  test('an encoder that fails costs nothing but the meaning: words are found, and it is said', async () => {
    state.isBroken = true;
    const feed = await found(await open(), 'road', 'semantic');
    expect(feed.entries.map((e) => e.title).sort()).toEqual(['Cars on the road', 'The road to peace']);
    expect(feed.notes?.join(' ')).toContain('not encoded here');
  });

  test('one that fails later: the same', async () => {
    const host = await open();
    await readySiteIndex(host);
    state.isBroken = true;
    expect((await found(host, 'road', 'semantic')).entries).toHaveLength(2);
  });

  test('while papers are being encoded words are found, and meaning when all are', async () => {
    let release = () => {};
    state.held = new Promise((resolve) => {
      release = resolve;
    });
    const host = await open();
    await readyWords(host);
    const query: FeedQuery = { window: { kind: 'all' }, order: 'top', filters: { text: 'vehicle' } };
    expect((await loadSearchOrFeed(host, { ...query, filters: { text: 'road' } })).entries).toHaveLength(2);
    const early = await loadSearchOrFeed(host, { ...query, mode: 'semantic' });
    expect(early.entries).toEqual([]);
    expect(early.search?.hasMeaning).toBe(false);
    release();
    await readySiteIndex(host);
    expect((await loadSearchOrFeed(host, { ...query, mode: 'semantic' })).entries).toHaveLength(5);
  });

  test('switched off, search goes by words', async () => {
    const feed = await found(await open('off'), 'road', 'hybrid');
    expect(feed.entries).toHaveLength(2);
    expect(state.asked).toBe(0);
  });

  test('our own encoder needs no server, and finds what is asked in words of the paper', async () => {
    const feed = await found(await open('house'), 'rivers', 'semantic');
    expect(feed.entries[0].title).toBe('Rivers in spring');
    expect(feed.entries[0].why).toContain('near in meaning');
    expect(readdirSync(dataDir).filter((name) => name.startsWith('search-vectors-house'))).toHaveLength(1);
    const file = join(dataDir, readdirSync(dataDir).find((name) => name.startsWith('search-vectors-house')) as string);
    truncateSync(file, 700);
    expect((await found(await open('house'), 'rivers', 'semantic')).entries[0].title).toBe('Rivers in spring');
  });
});
