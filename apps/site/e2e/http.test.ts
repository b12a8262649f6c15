import { request } from 'node:http';
import { openJobs } from '@broadsheet/database';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS } from '../src/access.ts';
import { startSite } from './site.ts';

describe('answers over HTTP', () => {
  let site: Awaited<ReturnType<typeof startSite>>;
  beforeAll(async () => {
    site = await startSite();
  });
  afterAll(() => site?.stop());
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(site.url + path, { headers, redirect: 'manual' });

  test('a page that did not change answers 304, and a vote changes it', async () => {
    const first = await get('/');
    const etag = first.headers.get('etag') as string;
    expect((await get('/', { 'if-none-match': etag })).status).toBe(304);
    await fetch(`${site.url}/api/votes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ paper: '2601.00010', on: true }),
    });
    const after = await get('/', { 'if-none-match': etag });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(etag);
  });

  const cacheHits = async () =>
    Number(/page_cache_requests_total\{outcome="hit"\} (\d+)/.exec(await (await get('/metrics')).text())?.[1]);
  /** Everything but the time and the name of the one answer. */
  const headersOf = (answer: Response) =>
    [...answer.headers].filter(([name]) => !['date', 'x-request-id', 'connection', 'keep-alive'].includes(name));

  test('a page that is kept is the same page, in every encoding, as HEAD and as 304', async () => {
    const path = '/papers/date/2026-01-14?has=code';
    const plain = await get(path, { 'accept-encoding': 'identity' });
    const html = await plain.text();
    const hits = await cacheHits();
    for (const encoding of ['br', 'gzip', 'identity']) {
      // The third finds the form that is made when a page is asked for again.
      for (let time = 0; time < 3; time++) {
        const answer = await get(path, { 'accept-encoding': encoding });
        expect(await answer.text()).toBe(html);
        expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding);
        expect(answer.headers.get('etag')).toBe(plain.headers.get('etag'));
        expect(answer.headers.get('vary')).toContain('Accept-Encoding');
        expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
      }
    }
    const head = await fetch(site.url + path, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    expect(headersOf(head)).toEqual(headersOf(plain));
    expect(await head.text()).toBe('');
    const same = await get(path, { 'if-none-match': `"other", ${plain.headers.get('etag')}` });
    expect(same.status).toBe(304);
    expect(same.headers.get('cache-control')).toBe(plain.headers.get('cache-control'));
    expect(await cacheHits()).toBe(hits + 11);
  });

  test('a HEAD that nobody asked before has the headers of its GET', async () => {
    const options = { headers: { 'accept-encoding': 'identity' } };
    const head = await fetch(`${site.url}/papers/month/2026-01`, { method: 'HEAD', ...options });
    expect(headersOf(head)).toEqual(headersOf(await fetch(`${site.url}/papers/month/2026-01`, options)));
  });

  test('unknown parameters neither pass the cache nor get into the page', async () => {
    const path = '/papers/week/2026-W03';
    const html = await (await get(path)).text();
    const hits = await cacheHits();
    for (const query of ['?utm_source=somewhere', '?n=1', '?has=', '?n=2&q=stray', '?order=top'])
      expect(await (await get(path + query)).text()).toBe(html);
    expect(await cacheHits()).toBe(hits + 5);
  });

  test('who comes with a cookie is served a page of their own, and every answer has its own id', async () => {
    const hits = await cacheHits();
    const ids = new Set<string | null>();
    for (const headers of [{}, {}, { cookie: 'a=1' }, { cookie: 'a=1' }] as Record<string, string>[])
      ids.add((await get('/papers/new', headers)).headers.get('x-request-id'));
    expect(ids.size).toBe(4);
    expect(ids).not.toContain(null);
    expect(await cacheHits()).toBeLessThanOrEqual(hits + 2);
  });

  test('a vote shows in the rows of every list at once, and only there', async () => {
    const vote = (on: boolean) =>
      fetch(`${site.url}/api/votes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ paper: '2601.01100', on }),
      });
    const row = async () =>
      /<li data-paper="\/papers\/2601\.01100".*?<\/li>/.exec(await (await get('/categories/cs.LG')).text())?.[0] ?? '';
    const before = await row();
    expect(before).toContain('value="on" aria-pressed="false"');
    await vote(true);
    expect(await row()).toContain('value="off" aria-pressed="true"');
    await vote(false);
    expect(await row()).toBe(before);
  });

  test('Last-Modified tells when the newest of the papers came, on the page and in its renderings', async () => {
    for (const path of ['/papers/new', '/papers/new.rss', '/papers/new.json'])
      expect((await get(path)).headers.get('last-modified'), path).toBe(new Date(site.host.now()).toUTCString());
    const day = await get('/papers/date/2026-01-14');
    expect(Date.parse(day.headers.get('last-modified') ?? '')).toBeLessThanOrEqual(site.host.now());
    expect((await get('/categories/hep-th')).headers.get('last-modified')).toBeNull();
  });

  test.each(['.rss', '.atom', '.feed.json', '.json', '.md', '.bib', '.ris', '.csl.json'])(
    'every list is there as %s, and its page names it',
    async (suffix) => {
      for (const address of [
        '/index',
        '/papers/date/2026-01-14',
        '/papers/trending',
        '/papers/new',
        '/categories/cs.LG',
        '/authors/bo-chen',
      ]) {
        const answer = await get(address + suffix);
        expect(answer.status, address).toBe(200);
        expect((await answer.text()).length).toBeGreaterThan(100);
        const page = await (await get(address === '/index' ? '/' : address)).text();
        expect(page, address).toContain(`href="${address}${suffix}"`);
      }
    },
  );

  test('a paper is Markdown by suffix and by what the client takes, its text marked as untrusted', async () => {
    const bySuffix = await (await get('/papers/2601.00001.md')).text();
    const byAccept = await (await get('/papers/2601.00001', { accept: 'text/markdown' })).text();
    expect(byAccept).toBe(bySuffix);
    expect(bySuffix).toContain('never instructions');
    const page = await get('/papers/2601.00001', { accept: 'text/html' });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('vary')).toContain('Accept, ');
  });

  test.each([
    ['GET', '/api/papers/not-an-id', 400],
    ['GET', '/api/papers/2601.99999', 404],
    ['GET', '/api/daily_papers?date=2026-02-30', 400],
    ['GET', '/api/daily_papers?week=2026-W60', 400],
    ['GET', '/api/daily_papers?month=2026-13', 400],
    ['GET', '/api/daily_papers?limit=101', 400],
    ['GET', '/api/daily_papers?p=-1', 400],
    ['GET', '/api/papers?cursor=nonsense', 400],
    ['GET', '/api/papers/search?q=x&limit=121', 400],
    ['GET', `/api/papers/search?q=${'x'.repeat(251)}`, 400],
    ['GET', '/api/nothing', 404],
    ['GET', '/papers/new.rss?cursor=nonsense', 400],
    ['POST', '/api/votes', 415, 'text/plain', 'hello'],
    ['POST', '/api/votes', 400, 'application/json', '{"paper":'],
    ['POST', '/api/votes', 400, 'application/json', '{"paper":5}'],
    ['POST', '/api/votes', 404, 'application/json', '{"paper":"2601.99999","on":true}'],
    ['POST', '/api/votes', 413, 'application/json', JSON.stringify({ paper: 'x'.repeat(100_000), on: true })],
  ] as const)(
    '%s %s is refused with %d and says what to send',
    async (method, path, status, type?: string, body?: string) => {
      const answer = await fetch(site.url + path, {
        method,
        ...(body ? { body, headers: { 'content-type': type as string } } : {}),
      });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const problem = await answer.json();
      expect(problem).toMatchObject({ status, type: expect.any(String), title: expect.any(String) });
      expect(problem.detail.length).toBeGreaterThan(10);
    },
  );

  test.each([
    '/papers/date/2026-02-30',
    '/papers/week/2026-W60',
    '/papers?from=2026-01-10',
    '/papers?from=2026-01-10&until=2026-01-01',
    '/papers/trending?cursor=%00',
    '/papers/date/2026-01-14?has=everything',
    `/papers?q=${'x'.repeat(300)}`,
  ])('the page %s is a written 400', async (path) => {
    const answer = await get(path, { accept: 'text/html,*/*;q=0.8' });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('<h1');
    const machine = await get(path);
    expect(machine.headers.get('content-type')).toBe('application/problem+json');
    expect(await machine.json()).toMatchObject({
      status: 400,
      title: expect.any(String),
      detail: expect.stringMatching(/send|leave|exchange/i),
    });
  });

  test.each([
    ['GET', '/nothing/here', 404],
    ['GET', '/papers/date/2026-02-30.rss', 400],
    ['GET', '/papers/2601.99999', 404],
    ['GET', '/papers/2601.99999.bib', 404],
    ['GET', '/organizations/nobody-knows-it', 404],
    ['GET', '/authors/nobody-knows-her', 404],
    ['TRACE', '/', 405],
    ['POST', '/', 403, 'application/x-www-form-urlencoded', 'x=1'],
    ['POST', '/votes', 415, 'application/json', '{"paper":"2601.00001","vote":"on"}'],
    ['POST', '/votes', 415, 'text/plain', 'hello'],
    ['POST', '/votes', 400, 'application/x-www-form-urlencoded', 'paper=2601.00001&vote=perhaps'],
    ['POST', '/votes', 413, 'application/x-www-form-urlencoded', `paper=${'x'.repeat(2 * 1024 * 1024)}`],
  ] as const)(
    'a program that sends %s %s is refused with %d as a problem',
    async (method, path, status, type, body) => {
      const { hostname, port } = new URL(site.url);
      const headers = { origin: site.url, ...(body ? { 'content-type': type, 'content-length': body.length } : {}) };
      const answer = await new Promise<{ status?: number; type?: string; body: string }>((resolve, reject) => {
        const asked = request({ hostname, port, path, method, headers }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () =>
            resolve({ status: response.statusCode, type: response.headers['content-type'], body: text }),
          );
        });
        // Refused before its end, a long body may find the connection closed; the answer is there all the same.
        asked.on('error', (error: NodeJS.ErrnoException) => error.code !== 'EPIPE' && reject(error));
        asked.end(body);
      });
      expect(answer.status).toBe(status);
      expect(answer.type).toBe('application/problem+json');
      expect(JSON.parse(answer.body)).toMatchObject({ status, detail: expect.stringMatching(/.{15}/) });
    },
  );

  test('the shapes are those that clients of Hugging Face’s API read', async () => {
    const day = await get('/api/daily_papers?date=2026-01-14&limit=10');
    expect(day.headers.get('link')).toMatch(/<http.*p=1.*>; rel="next"/);
    const items = await day.json();
    expect(items).toHaveLength(10);
    expect(items[0]).toMatchObject({
      paper: {
        id: '2601.00001',
        upvotes: 60,
        submittedOnDailyAt: '2026-01-14T00:00:00.000Z',
        githubRepo: 'https://github.com/ada/maps',
      },
      numComments: 0,
      publishedAt: expect.any(String),
    });
    const second = await (await get('/api/daily_papers?date=2026-01-14&limit=10&p=1')).json();
    expect(second[0].paper.id).toBe('2601.00011');
    const ids = new Set<string>();
    for (let next: string | undefined = '/api/papers?limit=40'; next; ) {
      const page: Response = await get(next);
      for (const paper of await page.json()) ids.add(paper.id);
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]?.replace(site.url, '');
    }
    expect(ids.size).toBe(151);
    const found = await (await get('/api/papers/search?q=rivers&limit=5')).json();
    expect(found[0].highlightedTitle).toContain('[[Rivers]]');
    const one = await (await get('/api/papers/2601.00001v3')).json();
    expect(one.authors[0]).toMatchObject({
      name: 'Ada Löwe',
      hidden: false,
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    });
  });

  test('the OpenAPI document names every route of the API, and no other', async () => {
    const document = await (await get('/api/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const guarded = Object.keys(ACCESS)
      .map((route) => route.split(' ')[1])
      .filter((path) => path.startsWith('/api/') && path !== '/api/openapi.json')
      .map((path) => path.replace(/:(\w+)/g, '{$1}'));
    expect(Object.keys(document.paths).sort()).toEqual([...new Set(guarded)].sort());
  });

  test('a form from another site cannot vote', async () => {
    const answer = await fetch(`${site.url}/votes`, {
      method: 'POST',
      headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'paper=2601.00001&vote=on',
    });
    expect(answer.status).toBe(403);
    expect((await answer.json()).detail).toContain('Origin');
  });

  test('forwarded addresses are believed from trusted proxies only', async () => {
    const page = await (
      await get('/papers/2601.00001', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' })
    ).text();
    expect(page).not.toContain('evil.example');
  });

  test('a Host header cannot be made into links', async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const url = new URL(site.url);
      const asked = request(
        { host: url.hostname, port: url.port, path: '/papers/2601.00001', headers: { host: 'a"><script>x</script>' } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(text));
        },
      );
      asked.on('error', reject).end();
    });
    expect(body).not.toContain('<script>x');
  });

  test('health and metrics answer on this machine; metrics never through a proxy', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
    const jobs = await openJobs(site.host.database);
    await jobs.enqueue('lab', {}, { runAt: Date.now() + 3_600_000 });
    await jobs.close();
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain('broadsheet_http_request_seconds');
    expect(metrics).toContain('broadsheet_jobs{queue="lab",state="queued"} 1');
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404);
  });

  test('sitemaps hold every paper', async () => {
    const index = await (await get('/sitemap.xml')).text();
    expect(index).toContain(`${site.url}/sitemap-2026-01.xml`);
    const month = await (await get('/sitemap-2026-01.xml')).text();
    expect(month.match(/<loc>/g)).toHaveLength(151);
    expect((await get('/sitemap-2026-13.xml')).status).toBe(404);
  });

  test('fifty readers at once on one paper: the count is right', async () => {
    const vote = (on: boolean) =>
      fetch(`${site.url}/api/votes`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ paper: '2601.00025', on }),
      });
    const before = (await (await get('/api/papers/2601.00025')).json()).upvotes;
    await Promise.all(Array.from({ length: 50 }, () => vote(true)));
    expect((await (await get('/api/papers/2601.00025')).json()).upvotes).toBe(before + 1);
    await Promise.all(Array.from({ length: 50 }, () => vote(false)));
    expect((await (await get('/api/papers/2601.00025')).json()).upvotes).toBe(before);
  });
});
