import { temporarySqlite } from '@broadsheet/database/testing';
import { readerOf } from '@broadsheet/newsroom/accounts';
import { mergeRecords } from '@broadsheet/newsroom/papers';
import { hostOn } from '@broadsheet/newsroom/testing';
import { hideTopic, mergeTopics } from '@broadsheet/newsroom/topics';
import { seedTopics } from '@broadsheet/newsroom/topics/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from './index.ts';

const ORIGIN = 'https://papers.example';

describe('topics by the API', () => {
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let host: Awaited<ReturnType<typeof hostOn>>;
  let api: ReturnType<typeof createApi>;
  let keys: string[][];
  beforeAll(async () => {
    database = await temporarySqlite();
    host = await hostOn(database);
    const listed = Array.from({ length: 16 }, (_, i) => ({
      ...{ source: 'test', title: `Paper ${i}`, listedOn: '2025-04-10' },
      arxivId: `2504.${String(i + 1).padStart(5, '0')}`,
    }));
    await mergeRecords(database, listed, { now: host.now(), today: '2025-04-10' });
    const { paperIds } = await seedTopics(host, { topics: 4, papersEach: 4 });
    const papers = await database.db.selectFrom('paper').select(['id', 'arxiv_id']).execute();
    const keyOf = new Map(papers.map(({ id, arxiv_id }) => [id, arxiv_id]));
    keys = paperIds.map((ids) => ids.map((id) => keyOf.get(id) as string));
    api = createApi({ host: () => host, readerOf: (request) => readerOf(host, request) });
  });
  afterAll(async () => {
    await host.close();
    await database.dispose();
  });

  const get = async (path: string) => {
    const answer = await api.request(ORIGIN + path);
    return { status: answer.status, headers: answer.headers, body: await answer.json().catch(() => undefined) };
  };
  const nextOf = (headers: Headers) => /<https:\/\/[^/]+([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];

  test('are listed a page at a time, found by their words, and told whole', async () => {
    const first = await get('/api/topics?limit=3&sort=name');
    expect(first.body.map((t: { name: string }) => t.name)).toEqual(['Code agents', 'Protein design', 'Speech codecs']);
    const second = await get(nextOf(first.headers) ?? '');
    expect(second.body).toMatchObject([{ id: 1, name: 'Video diffusion', url: `${ORIGIN}/topics/1`, papers: 4 }]);
    expect(nextOf(second.headers)).toBeUndefined();
    expect((await get('/api/topics?q=codec')).body).toHaveLength(1);
    const { body } = await get('/api/topics/2');
    expect(body).toMatchObject({
      id: 2,
      names: [{ name: 'Code agents', since: '2025-02-01', why: 'birth' }],
      bornFrom: { papers: 8, nearest: { id: 1, name: 'Video diffusion' } },
      history: [{ from: '2025-02-01' }, { from: '2025-03-01' }, { from: '2025-04-01' }],
    });
    expect(body.neighbours.map((n: { id: number }) => n.id).sort()).toEqual([1, 3, 4]);
  });

  test('have their papers in pages, each with how sure it is; a paper says its own', async () => {
    const first = await get('/api/topics/3/papers?limit=3');
    const second = await get(nextOf(first.headers) ?? '');
    const all = [...first.body, ...second.body];
    expect(all.map((p) => p.id).sort()).toEqual([...keys[2]].sort());
    for (const paper of all) expect(paper.topic).toMatchObject({ id: 3, name: 'Protein design', words: ['protein'] });
    const { body } = await get(`/api/papers/${keys[2][0]}`);
    expect(body.topic).toEqual(all.find((p) => p.id === keys[2][0]).topic);
  });

  test('stages are told with their figures, also where nothing was new', async () => {
    const first = await get('/api/topics/stages?limit=2');
    expect(first.body[0]).toMatchObject({ id: 4, verdict: 'born', from: '2025-04-01', usualShare: 0.05 });
    expect(first.body[0]).not.toHaveProperty('report');
    const second = await get(nextOf(first.headers) ?? '');
    expect(second.body.map((s: { id: number }) => s.id)).toEqual([2, 1]);
  });

  test('one that was merged leads on, one that is hidden or never was is refused with a word', async () => {
    await mergeTopics(host, { topicId: 4, into: 1, readerId: await reader() });
    for (const beyond of ['', '/papers?limit=2']) {
      const moved = await get(`/api/topics/4${beyond}`);
      expect([moved.status, moved.headers.get('location')]).toEqual([308, `/api/topics/1${beyond}`]);
    }
    await hideTopic(host, { topicId: 2, readerId: await reader() });
    for (const id of ['2', '77']) expect((await get(`/api/topics/${id}`)).body).toMatchObject({ status: 404 });
    for (const wrong of ['/api/topics/none', '/api/topics/0', '/api/topics?sort=best', '/api/topics/1/papers?cursor=x'])
      expect((await get(wrong)).body.detail.length, wrong).toBeGreaterThan(10);
    expect((await get(`/api/papers/${keys[1][0]}`)).body).not.toHaveProperty('topic');
  });

  async function reader(): Promise<number> {
    const made = await database.db
      .insertInto('reader')
      .values({ kind: 'account', name: 'Ada', role: 'editor', created_at: 1, confirmed_at: 1 })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  }

  test('every route is in the OpenAPI document', async () => {
    const { body } = await get('/api/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/api/topics', '/api/topics/stages', '/api/topics/{id}', '/api/topics/{id}/papers']),
    );
  });
});
