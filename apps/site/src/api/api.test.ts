import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readerOf } from '@broadsheet/newsroom/accounts';
import { type Host, openHost, parseSettings } from '@broadsheet/newsroom/host';
import { mergeRecords, type PaperRecord } from '@broadsheet/newsroom/papers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApi } from './index.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-api-'));
let host: Host;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  const settings = parseSettings({ BROADSHEET_LOG_LEVEL: 'silent' }, { dataDir });
  host = await openHost(settings, { now: () => Date.parse('2025-12-30T17:00:00Z') });
  const day = '2025-12-30';
  const papers = Array.from(
    { length: 12 },
    (_, i): PaperRecord => ({
      source: 'test',
      arxivId: `2512.${String(i + 1).padStart(5, '0')}`,
      title: `Folding $G_{${i}}$`,
      abstract: 'We fold graphs.',
      authors: ['Ada Löwe', '王 伟'],
      organization: 'Acme Lab',
      repository: 'lab/fold',
      publishedAt: Date.parse('2025-12-28T18:00:00Z'),
      listedOn: day,
      feature: { day, by: 'source' },
      counts: [{ votes: 20 - i, comments: 2, stars: 7, asOf: 1 }],
    }),
  );
  await mergeRecords(host.database, papers, { now: host.now(), today: day });
  api = createApi({ host: () => host, readerOf: (request) => readerOf(host, request) });
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const get = (path: string) => api.request(`https://papers.example${path}`);

/** What huggingface_hub 2.0.0 makes of an answer (`PaperInfo.__init__`, `parse_datetime`); a wrong type throws, as there. */
function paperInfo(given: Record<string, unknown>) {
  const paper = (given.paper ?? {}) as Record<string, unknown>;
  const instant = (value: unknown) => {
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value))
      throw new Error(`${value} is not read by strptime('%Y-%m-%dT%H:%M:%S.%fZ')`);
    return Date.parse(value);
  };
  const authors = (paper.authors ?? given.authors) as { name: string; hidden: boolean }[];
  const organization = given.organization as { name: string; fullname: string } | undefined;
  return {
    id: given.id ?? paper.id,
    authors: authors.map((author) => author.name),
    publishedAt: instant(paper.publishedAt ?? given.publishedAt),
    title: given.title,
    summary: paper.summary ?? given.summary,
    upvotes: paper.upvotes ?? given.upvotes,
    comments: given.numComments ?? 0,
    submittedAt: instant(given.publishedAt ?? given.submittedOnDailyAt),
    organization: organization && [organization.name, organization.fullname],
    githubRepo: given.githubRepo ?? paper.githubRepo,
    githubStars: given.githubStars ?? paper.githubStars,
  };
}

describe('the official client reads', () => {
  const first = {
    id: '2512.00001',
    authors: ['Ada Löwe', '王 伟'],
    publishedAt: Date.parse('2025-12-28T18:00:00Z'),
    title: 'Folding G_{0}',
    summary: 'We fold graphs.',
    upvotes: 20,
    comments: 2,
    organization: ['acme-lab', 'Acme Lab'],
    githubRepo: 'https://github.com/lab/fold',
    githubStars: 7,
  };

  test.each(['?date=2025-12-30', '?week=2026-W01', '?month=2025-12', ''])('list_daily_papers%s', async (query) => {
    const answer = await get(`/api/daily_papers${query}`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    const papers = ((await answer.json()) as Record<string, unknown>[]).map(paperInfo);
    expect(papers).toHaveLength(12);
    expect(papers[0]).toMatchObject(first);
    expect(papers.map((p) => p.upvotes)).toEqual(Array.from({ length: 12 }, (_, i) => 20 - i));
  });

  test('list_papers with words, and without any', async () => {
    for (const query of ['?q=folding&limit=5', '?limit=5', '']) {
      const answer = await get(`/api/papers/search${query}`);
      expect(answer.status).toBe(200);
      const papers = ((await answer.json()) as Record<string, unknown>[]).map(paperInfo);
      expect(papers).toHaveLength(query ? 5 : 12);
      for (const paper of papers) expect(paper.authors).toEqual(first.authors);
    }
  });

  test('paper_info, and 404 for a paper that is not here', async () => {
    const { publishedAt, ...rest } = paperInfo((await (await get('/api/papers/2512.00001')).json()) as never);
    expect({ publishedAt, ...rest }).toMatchObject(first);
    expect((await get('/api/papers/2512.99999')).status).toBe(404);
  });
});

test.each([
  ['/api/papers/2512.00001/similar?limit=3', 200],
  ['/api/papers/2511.00001/similar', 404],
  ['/api/papers/no-id/similar', 400],
  ['/api/papers/2512.00001/similar?limit=0', 400],
  ['/api/papers/search?q=graphs&mode=keyword', 200],
  ['/api/papers/search?q=graphs&mode=guess', 400],
])('%s answers %d', async (path, status) => {
  const answer = await get(path);
  expect(answer.status).toBe(status);
  if (status === 200) expect(Array.isArray(await answer.json())).toBe(true);
  else expect(answer.headers.get('content-type')).toContain('application/problem+json');
});

test('whatever is sent, no answer is an error of ours, and a refusal says what to send', async () => {
  const text = fc.oneof(
    fc.constantFrom(
      '',
      '2025-12-30',
      '2025-W52',
      '2025-12',
      'trending',
      '-1',
      '1e99',
      'NaN',
      '\u0000',
      "' or 1=1 --",
      '%',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const names = ['date', 'week', 'month', 'submitter', 'sort', 'p', 'limit', 'cursor', 'q', 'before'];
  const routes = ['daily_papers', 'papers', 'papers/search', 'editions', 'status', 'papers/2512.00001'];
  const query = fc.array(fc.tuple(fc.constantFrom(...names), text), { maxLength: 3 });
  const path = fc.oneof(
    fc.constantFrom(...routes),
    text.map((t) => `papers/${encodeURIComponent(t.toWellFormed())}`),
  );
  const check = async (answer: Response) => {
    expect(answer.status).toBeLessThan(500);
    if (answer.status < 400) return;
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = (await answer.json()) as { status: number; detail: string };
    expect(problem.status).toBe(answer.status);
    expect(problem.detail.length).toBeGreaterThan(10);
  };
  await fc.assert(
    fc.asyncProperty(path, query, async (p, q) => check(await get(`/api/${p}?${new URLSearchParams(q)}`))),
    { numRuns: 300 },
  );
  const body = fc.oneof(
    text,
    fc.json(),
    fc
      .record({ paper: fc.oneof(text, fc.constant('2512.00001')), on: fc.oneof(fc.boolean(), text) })
      .map((b) => JSON.stringify(b)),
  );
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom('application/json', 'text/plain', ''), async (content, type) =>
      check(
        await api.request('https://papers.example/api/votes', {
          method: 'POST',
          body: content,
          headers: type ? { 'content-type': type } : {},
        }),
      ),
    ),
    { numRuns: 200 },
  );
});
