import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { temporarySqlite } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hostOn } from '../testing/host.ts';
import { killed, spoken } from '../testing/processes.ts';
import { arxivApi } from './arxiv-api/index.ts';
import { arxivOai } from './arxiv-oai/index.ts';
import { arxivRss } from './arxiv-rss/index.ts';
import { githubStars, velocity } from './github-stars/index.ts';
import { huggingface } from './huggingface/index.ts';
import { huggingFaceRecord, pullSource, type Source, sourceStatus, sources } from './index.ts';
import { type Answer, cutOff, misbehavingServer, ok, silence, status } from './testing/misbehaving-server.ts';
import { atomError, atomFeed, dailyItem, oaiError, oaiPage, rssFeed } from './testing/recorded.ts';

let database: Awaited<ReturnType<typeof temporarySqlite>>;
let host: Awaited<ReturnType<typeof hostOn>>;
let server: Awaited<ReturnType<typeof misbehavingServer>> | undefined;

beforeEach(async () => {
  database = await temporarySqlite();
  host = await hostOn(database, { env: { BROADSHEET_CATEGORIES: 'cs.LG' } });
});
afterEach(async () => {
  await server?.close();
  await database.dispose();
});

/** Pulls from a new server. */
async function pull(source: Source, answers: Answer[], options = {}) {
  server = await misbehavingServer(...answers);
  return pullAgain(source, options);
}

/** Pulls from the same server, with a clock whose pauses take no time but are written down. */
async function pullAgain(source: Source, { timeoutMs = 5_000 } = {}) {
  const { url, asked } = server as NonNullable<typeof server>;
  const pausesMs: number[] = [];
  let now = host.now();
  const quick = { ...host, now: () => now };
  const report = await pullSource(quick, source, {
    baseUrl: url,
    signal: new AbortController().signal,
    timeoutMs,
    sleep: async (ms) => {
      pausesMs.push(ms);
      now += ms;
    },
  });
  return { report, asked, pausesMs };
}
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
const papers = () => database.db.selectFrom('paper').selectAll().orderBy('id').execute();
const stateOf = async (id: string) => (await sourceStatus(host)).find((s) => s.id === id);

describe('every source', () => {
  test('says who it is, how often it is asked, and how politely', () => {
    for (const source of sources) {
      expect(source.id).toMatch(/^[a-z-]+$/);
      expect(source.about.length).toBeGreaterThan(20);
      expect(source.everyMs).toBeGreaterThanOrEqual(3_600_000);
      expect(source.politeness.intervalMs).toBeGreaterThan(0);
      if (source.id.startsWith('arxiv')) expect(source.politeness).toEqual({ group: 'arxiv', intervalMs: 3_000 });
    }
    expect(new Set(sources.map((s) => s.id)).size).toBe(sources.length);
  });

  test('has a page in its folder with its terms, its rate and its oddities', () => {
    for (const { id } of sources) {
      const page = readFileSync(new URL(`./${id}/README.md`, import.meta.url), 'utf8');
      for (const part of ['**Terms.**', '**Rate.**', '**Oddities**']) expect(page, `${id}/README.md`).toContain(part);
    }
  });

  const faults: [string, Answer, RegExp][] = [
    ['a 503 that stays', status(503), /503 from http.*What was read before is kept/],
    ['an HTML page instead of data', ok('<html><body>Maintenance</body></html>'), /not what was asked for|no list/],
    ['a polite sentence with status 200', ok('Rate exceeded.'), /not what was asked for \(“Rate exceeded\.”\)/],
    ['a connection cut in the middle', cutOff('x'.repeat(4_000)), /from http/],
    ['silence', silence, /no answer in time/],
    ['an empty answer', ok(''), /not what was asked for|no list/],
  ];
  for (const source of sources.filter((s) => s.id !== 'github-stars')) {
    test.for(faults)(`${source.id} survives %s, keeps what it had and says why`, async ([, answer, reason]) => {
      await database.db.insertInto('paper').values(plainPaper('2601.09999')).execute();
      const { report } = await pull(source, [answer], { timeoutMs: 150 });
      expect(report.error).toMatch(reason);
      expect(await papers()).toHaveLength(1);
      const state = await stateOf(source.id);
      expect(state).toMatchObject({ isFailing: true, lastError: report.error });
      expect(state?.nextAt).toBeGreaterThan(host.now());
    });
  }
});

test('a failed question after many papers is told by its beginning, not by all their ids', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `2601.${String(i).padStart(5, '0')}`);
  await database.db.insertInto('paper').values(ids.map(plainPaper)).execute();
  const { report, asked } = await pull(arxivApi, [status(503)]);
  expect(Math.max(...asked.map((address) => address.length))).toBeGreaterThan(400);
  expect(report.error).toMatch(/503 from http.{100,160}…\. What was read/);
});

describe('politeness', () => {
  test('a 429 is obeyed: its Retry-After is waited for, and a long one is left to the scheduler', async () => {
    const short = await pull(arxivRss, [status(429, { 'retry-after': '7' }), ok(rssFeed([{ id: '2601.00001' }]))]);
    expect(short.report).toMatchObject({ created: 1 });
    expect(short.report.error).toBeUndefined();
    expect(Math.max(...short.pausesMs)).toBeGreaterThanOrEqual(7_000);
    await server?.close();
    const long = await pull(arxivOai, [status(429, { 'retry-after': '3600' })]);
    expect(long.asked).toHaveLength(1);
    expect((await stateOf('arxiv-oai'))?.nextAt).toBeGreaterThanOrEqual(host.now() + 3_600_000);
  });

  test('two requests to arXiv are three seconds apart, whichever source asks', async () => {
    const { pausesMs } = await pull(arxivOai, [ok(oaiPage(['2601.00001'], 'next')), ok(oaiPage(['2601.00002']))]);
    expect(sum(pausesMs)).toBeGreaterThanOrEqual(3_000);
    await server?.close();
    const another = await pull(arxivRss, [ok(rssFeed([]))]);
    expect(sum(another.pausesMs)).toBeGreaterThanOrEqual(3_000);
  });

  test('an answer of arXiv that is still arriving holds the line: no second connection is opened meanwhile', async () => {
    let open = 0;
    let mostOpen = 0;
    const slow: Answer = (request, response) => {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const body = request.url?.startsWith('/rss') ? rssFeed([{ id: '2601.00001' }]) : oaiPage(['2601.00002']);
      response.writeHead(200).write(body.slice(0, 60));
      setTimeout(() => {
        open -= 1;
        response.end(body.slice(60));
      }, 120);
    };
    server = await misbehavingServer(slow);
    const quick = { group: 'arxiv', intervalMs: 1 };
    const live = { ...host, now: Date.now };
    const options = { baseUrl: server.url, signal: new AbortController().signal };
    const reports = await Promise.all([
      pullSource(live, { ...arxivRss, politeness: quick }, options),
      pullSource(live, { ...arxivOai, politeness: quick }, options),
    ]);
    expect(reports.map((report) => report.error)).toEqual([undefined, undefined]);
    expect(server.asked).toHaveLength(2);
    expect(mostOpen).toBe(1);
  });

  test('a 404 is not asked again', async () => {
    const { asked, report } = await pull(arxivRss, [status(404)]);
    expect(asked).toHaveLength(1);
    expect(report.error).toContain('404');
  });
});

describe('arXiv, daily announcements', () => {
  test('new papers are listed today with licence and abstract; replacements update without being listed', async () => {
    await database.db
      .insertInto('paper')
      .values({ ...plainPaper('2512.00009'), listed_on: '2025-12-01', latest_version: 1 })
      .execute();
    await database.db.insertInto('paper_alias').values({ kind: 'arxiv', value: '2512.00009', paper_id: 1 }).execute();
    await pull(arxivRss, [
      ok(rssFeed([{ id: '2601.00001' }, { id: '2512.00009', version: 2, kind: 'replace', title: 'A better title' }])),
    ]);
    const [old, fresh] = await papers();
    expect(fresh).toMatchObject({
      arxiv_id: '2601.00001',
      listed_on: '2026-01-15',
      license: 'http://creativecommons.org/licenses/by/4.0/',
      primary_category: 'cs.LG',
    });
    expect(fresh.abstract).toBe('We describe the paper 2601.00001 in words of our own.');
    expect(old).toMatchObject({ title: 'A better title', listed_on: '2025-12-01', latest_version: 2 });
  });

  test('a replacement of a paper that is not here is passed over: it is of any age, and would look like one of today', async () => {
    const { report } = await pull(arxivRss, [
      ok(rssFeed([{ id: '2301.00001', version: 4, kind: 'replace' }, { id: '2601.00001' }])),
    ]);
    expect(report.error).toBeUndefined();
    expect((await papers()).map((p) => p.arxiv_id)).toEqual(['2601.00001']);
  });

  test('a day’s feed that is in is not asked for again that day; one that is late or empty is', async () => {
    const feed = ok(rssFeed([{ id: '2601.00001' }]));
    expect((await pull(arxivRss, [ok(rssFeed([]))])).asked).toHaveLength(1);
    expect((await stateOf('arxiv-rss'))?.nextAt).toBeLessThan(host.now() + 3 * 3_600_000);
    await server?.close();
    expect((await pull(arxivRss, [feed])).asked).toEqual(['/rss/cs.LG']);
    // Half an hour after New York's next midnight.
    expect((await stateOf('arxiv-rss'))?.nextAt).toBe(Date.parse('2026-01-16T05:30:00Z'));
    await server?.close();
    const { asked, report } = await pull(arxivRss, [feed]);
    expect(asked).toEqual([]);
    expect(report.error).toBeUndefined();
    await server?.close();
    // Other categories are another question.
    host.settings.categories = ['cs.AI', 'cs.LG'];
    expect((await pull(arxivRss, [feed])).asked).toEqual(['/rss/cs.AI+cs.LG']);
    await server?.close();
    host.setNow(Date.parse('2026-01-16T06:00:00Z'));
    expect((await pull(arxivRss, [feed])).asked).toHaveLength(1);
  });

  test('what was read on Friday is asked for again on Monday: nothing is announced in between', async () => {
    host.setNow(Date.parse('2026-01-17T04:00:00Z'));
    await pull(arxivRss, [ok(rssFeed([{ id: '2601.00001' }]))]);
    expect((await stateOf('arxiv-rss'))?.nextAt).toBe(Date.parse('2026-01-19T05:00:00Z'));
  });

  test('a feed that is cut at two thousand papers is read again category by category', async () => {
    host.settings.categories = ['cs.AI', 'cs.LG'];
    const many = Array.from({ length: 2_000 }, (_, i) => ({ id: `2601.${String(i).padStart(5, '0')}` }));
    const { asked } = await pull(arxivRss, [
      ok(rssFeed(many)),
      ok(rssFeed([{ id: '2601.03000' }])),
      ok(rssFeed([{ id: '2601.03001' }])),
    ]);
    expect(asked).toEqual(['/rss/cs.AI+cs.LG', '/rss/cs.AI', '/rss/cs.LG']);
    expect(await papers()).toHaveLength(2_002);
  });

  test('a feed titled "Feed error" is a failure that names the cause', async () => {
    const { report } = await pull(arxivRss, [
      ok('<rss><channel><title>Feed error for query "cs.XX"</title></channel></rss>'),
    ]);
    expect(report.error).toContain('is a category misspelt?');
  });

  test('an empty feed, as on week-ends, is a success', async () => {
    const { report } = await pull(arxivRss, [ok(rssFeed([]))]);
    expect(report).toMatchObject({ read: 0 });
    expect(report.error).toBeUndefined();
  });

  test('truncated XML is a failure, but the papers before the cut are kept', async () => {
    const whole = rssFeed([{ id: '2601.00001' }, { id: '2601.00002' }, { id: '2601.00003' }]);
    const { report } = await pull(arxivRss, [ok(whole.slice(0, whole.indexOf('2601.00003') + 20))]);
    expect(report.error).toMatch(/arxiv-rss/);
    expect((await papers()).map((p) => p.arxiv_id)).toEqual(['2601.00001', '2601.00002']);
  });
});

describe('arXiv, query API', () => {
  beforeEach(async () => {
    for (const id of ['2601.00001', '2601.00002']) {
      const { id: paper_id } = await database.db
        .insertInto('paper')
        .values({ ...plainPaper(id), abstract: null })
        .returning('id')
        .executeTakeFirstOrThrow();
      await database.db.insertInto('paper_alias').values({ kind: 'arxiv', value: id, paper_id }).execute();
    }
  });

  test('abstracts and categories are filled in, lines are joined', async () => {
    const { asked } = await pull(arxivApi, [ok(atomFeed([{ id: '2601.00002' }, { id: '2601.00001', version: 2 }]))]);
    expect(decodeURIComponent(asked[0])).toContain('id_list=2601.00002,2601.00001');
    expect((await papers())[0]).toMatchObject({
      abstract: 'An abstract of 2601.00001, over two lines.',
      latest_version: 2,
      primary_category: 'cs.LG',
    });
  });

  test('a feed whose one entry is "Error" is a failure with its reason', async () => {
    const { report } = await pull(arxivApi, [ok(atomError)]);
    expect(report.error).toContain('incorrect id format for x');
  });

  test('an empty page in the middle is asked for again; one that stays empty is a failure', async () => {
    const again = await pull(arxivApi, [ok(atomFeed([], 2)), ok(atomFeed([{ id: '2601.00002' }]))]);
    expect(again.asked).toHaveLength(2);
    expect(again.report).toMatchObject({ updated: 1 });
    expect(again.report.error).toBeUndefined();
    await server?.close();
    const stays = await pull(arxivApi, [ok(atomFeed([], 2))]);
    expect(stays.report.error).toContain('an empty page for 1 ids');
  });

  test('an answer holds for arXiv’s day: the same question is not asked again before New York’s midnight', async () => {
    // The second paper is unknown to arXiv and stays without an abstract.
    await database.db.updateTable('paper').set({ abstract: 'Known.' }).where('arxiv_id', '=', '2601.00001').execute();
    const other = ok(atomFeed([{ id: '2601.00009' }]));
    expect((await pull(arxivApi, [other])).asked).toHaveLength(1);
    expect((await pullAgain(arxivApi)).asked).toHaveLength(1);
    host.setNow(Date.parse('2026-01-16T05:00:01Z'));
    expect((await pullAgain(arxivApi)).asked).toHaveLength(2);
    expect(await database.db.selectFrom('kept_answer').select('kept_until').execute()).toEqual([
      { kept_until: Date.parse('2026-01-17T05:00:00Z') },
    ]);
  });

  test('an answer that says the question was wrong is not kept', async () => {
    await pull(arxivApi, [ok(atomError)]);
    expect(await database.db.selectFrom('kept_answer').selectAll().execute()).toEqual([]);
  });

  test('a comment that says so withdraws the paper', async () => {
    await pull(arxivApi, [
      ok(
        atomFeed([
          { id: '2601.00001', version: 2, comment: 'This paper has been withdrawn by the author due to a gap' },
        ]),
      ),
    ]);
    expect((await papers())[0].withdrawn_reason).toContain('due to a gap');
  });
});

describe('arXiv, OAI-PMH', () => {
  test('a harvest follows its tokens to the end and goes on from its day', async () => {
    const { asked, report } = await pull(arxivOai, [ok(oaiPage(['2601.00001'], 'a%26b')), ok(oaiPage(['2601.00002']))]);
    expect(report).toMatchObject({ created: 2 });
    expect(asked[1]).toBe('/oai?verb=ListRecords&resumptionToken=a%2526b');
    const state = await database.db
      .selectFrom('source_state')
      .select('cursor_json')
      .where('source', '=', 'arxiv-oai')
      .executeTakeFirst();
    expect(JSON.parse(state?.cursor_json as string)).toEqual({ reached: { 'cs:cs:LG': '2026-01-15' } });
    expect((await papers())[0]).toMatchObject({
      withdrawn_reason: 'withdrawn: an error in section 2',
      latest_version: 2,
      authors_json: '["Ada Löwe","Bo Chen","C. D. Ray"]',
    });
  });

  test('each of the site’s categories is a set of its own, harvested from its own day', async () => {
    host.settings.categories = ['cs.LG', 'hep-th', 'stat.ML'];
    const { asked } = await pull(arxivOai, [ok(oaiPage(['2601.00001'])), status(404)]);
    expect(asked.map((url) => decodeURIComponent(/set=([^&]*)/.exec(url)?.[1] ?? ''))).toEqual([
      'cs:cs:LG',
      'physics:hep-th',
    ]);
    await server?.close();
    host.setNow(host.now() + 86_400_000);
    const later = await pull(arxivOai, [ok(oaiPage([]))]);
    expect(later.asked.map((url) => /from=(.*)/.exec(url)?.[1])).toEqual(['2026-01-15', '2026-01-13', '2026-01-13']);
  });

  test('a harvest that breaks goes on at the page where it broke', async () => {
    await pull(arxivOai, [ok(oaiPage(['2601.00001'], 'second')), status(500)]);
    await server?.close();
    const { asked } = await pull(arxivOai, [ok(oaiPage(['2601.00002']))]);
    expect(asked[0]).toContain('resumptionToken=second');
    expect(await papers()).toHaveLength(2);
  });

  test('an expired token starts the harvest again from its first day', async () => {
    await pull(arxivOai, [ok(oaiPage(['2601.00001'], 'old')), ok(oaiError('badResumptionToken', 'expired'))]);
    await server?.close();
    const { asked } = await pull(arxivOai, [ok(oaiPage(['2601.00001']))]);
    expect(asked[0]).toContain('from=2026-01-12');
  });

  test('noRecordsMatch means that nothing is new, any other error is one', async () => {
    expect((await pull(arxivOai, [ok(oaiError('noRecordsMatch', ''))])).report.error).toBeUndefined();
    await server?.close();
    expect((await pull(arxivOai, [ok(oaiError('badArgument', 'until is too late'))])).report.error).toContain(
      'badArgument: until is too late',
    );
  });
});

describe('Hugging Face', () => {
  test('the day is that of submittedOnDailyAt in New York, never the shifted publishedAt; people of that site are not kept', () => {
    const record = huggingFaceRecord(dailyItem('2601.00001'), { asOf: 5 });
    expect(record).toMatchObject({
      feature: { day: '2026-01-14', by: 'source' },
      publishedAt: Date.parse('2026-01-13T18:00:00Z'),
      authors: ['Ada Löwe'],
    });
    expect(JSON.stringify(record)).not.toMatch(/submitter/i);
  });

  test('a day cut to midnight UTC is taken as it stands', () => {
    expect(
      huggingFaceRecord(dailyItem('2601.00001', { submittedOnDailyAt: '2026-06-03T00:00:00.000Z' })).feature?.day,
    ).toBe('2026-06-03');
  });

  test.for([
    [{ organization: 'just a string' }],
    [{ githubStars: 'many' }],
    [{ ai_keywords: 'not a list' }],
    [{ authors: ['Plain Name', null, 7] }],
    [{ authors: undefined, upvotes: undefined, summary: undefined }],
    [{ githubRepo: { url: 'x' }, projectPage: 'javascript:alert(1)' }],
  ])('fields of another shape count as missing: %j', ([fields]) => {
    const record = huggingFaceRecord(dailyItem('2601.00001', fields));
    expect(record).toMatchObject({ arxivId: '2601.00001', title: 'A paper called 2601.00001' });
    expect(record.projectUrl).toBeUndefined();
  });

  test('an early batch is partial: a later pull adds the rest to the same day and raises the counts', async () => {
    const day = (items: unknown[]) => ok(JSON.stringify(items));
    await pull(huggingface, [
      day([dailyItem('2601.00001', { upvotes: 1, submittedOnDailyAt: '2026-01-15T00:00:00.000Z' })]),
    ]);
    await server?.close();
    host.setNow(host.now() + 3_600_000);
    await pull(huggingface, [
      day([
        dailyItem('2601.00001', { upvotes: 8, submittedOnDailyAt: '2026-01-15T00:00:00.000Z' }),
        dailyItem('2601.00002', { submittedOnDailyAt: '2026-01-15T00:00:00.000Z' }),
      ]),
    ]);
    const features = await database.db.selectFrom('feature').select('day').execute();
    expect(features).toEqual([{ day: '2026-01-15' }, { day: '2026-01-15' }]);
    expect((await papers())[0].imported_votes).toBe(8);
  });

  test('one broken item hides none of the others; week-ends are not asked for', async () => {
    const { asked } = await pull(huggingface, [ok(JSON.stringify([{ nonsense: true }, dailyItem('2601.00001')]))]);
    expect(await papers()).toHaveLength(1);
    expect(asked.some((url) => url.includes('2026-01-10') || url.includes('2026-01-11'))).toBe(false);
  });

  test('holidays are asked for: the list picks papers on days on which arXiv announces none', async () => {
    // Martin Luther King Day was the 19th.
    host.setNow(Date.parse('2026-01-20T15:00:00Z'));
    const { asked } = await pull(huggingface, [ok('[]')]);
    expect(asked.map((url) => /date=([\d-]+)/.exec(url)?.[1])).toEqual([
      ...['2026-01-14', '2026-01-15', '2026-01-16', '2026-01-19', '2026-01-20'],
    ]);
  });

  test('a JSON list that ends in the middle is a failure', async () => {
    const { report } = await pull(huggingface, [ok(`${JSON.stringify([dailyItem('2601.00001')]).slice(0, -10)}`)]);
    expect(report.error).toContain('ends in the middle');
  });
});

describe('GitHub stars', () => {
  beforeEach(async () => {
    await database.db
      .insertInto('repository')
      .values({ name: 'ada/maps', stars: null, stars_per_day: null, etag: null, checked_at: null, gone_at: null })
      .execute();
    await database.db
      .insertInto('paper')
      .values({ ...plainPaper('2601.00001'), repository: 'ada/maps' })
      .execute();
  });
  const repository = () => database.db.selectFrom('repository').selectAll().executeTakeFirstOrThrow();

  test('our own daily counts make the velocity; an unchanged answer costs nothing and still counts', async () => {
    await pull(githubStars, [ok(JSON.stringify({ stargazers_count: 100 }), { etag: '"a"' })]);
    expect(await repository()).toMatchObject({ stars: 100, stars_per_day: null, etag: '"a"' });
    await server?.close();
    host.setNow(host.now() + 2 * 86_400_000);
    await pull(githubStars, [ok(JSON.stringify({ stargazers_count: 130 }))]);
    expect(await repository()).toMatchObject({ stars: 130, stars_per_day: 15 });
    await server?.close();
    host.setNow(host.now() + 86_400_000);
    let condition: string | undefined;
    await pull(githubStars, [
      (request, response) => {
        condition = request.headers['if-none-match'] as string;
        response.writeHead(304).end();
      },
    ]);
    expect(condition).toBe('"a"');
    expect(await repository()).toMatchObject({ stars: 130, stars_per_day: 10 });
  });

  test('a repository that is gone is not asked for again', async () => {
    await pull(githubStars, [status(404)]);
    expect((await repository()).gone_at).not.toBeNull();
    await server?.close();
    host.setNow(host.now() + 86_400_000);
    expect((await pull(githubStars, [status(404)])).asked).toEqual([]);
  });

  test('a used-up budget ends the pull until GitHub’s own reset', async () => {
    const reset = Math.floor(host.now() / 1000) + 1_800;
    const { report } = await pull(githubStars, [
      status(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) }),
    ]);
    expect(report.error).toContain('403');
    expect((await stateOf('github-stars'))?.nextAt).toBeGreaterThanOrEqual(reset * 1000);
  });

  test('one count gives no velocity', () => {
    expect(velocity([{ day: '2026-01-01', stars: 5 }])).toBeUndefined();
    expect(velocity([])).toBeUndefined();
  });
});

describe('a pull that is killed', () => {
  test('keeps every page it had acknowledged, and the next run completes it', async () => {
    const pages = Array.from({ length: 8 }, (_, i) => [
      `2601.1${String(i).padStart(4, '0')}`,
      `2601.2${String(i).padStart(4, '0')}`,
    ]);
    server = await misbehavingServer((request, response) => {
      const token = new URL(request.url ?? '', 'http://x').searchParams.get('resumptionToken');
      const page = Number(token ?? 0);
      setTimeout(
        () => response.writeHead(200).end(oaiPage(pages[page], page + 1 < pages.length ? String(page + 1) : undefined)),
        15,
      );
    });
    for (let kill = 0; kill < 5; kill++) {
      const child = fork(new URL('./testing/pulling-process.ts', import.meta.url), [database.location, server.url], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      let acknowledged = 0;
      child.on('message', (read) => {
        acknowledged = Number(read);
      });
      await spoken(child);
      await new Promise((resolve) => setTimeout(resolve, kill * 12));
      await killed(child);
      // It may have died with the line in its hand, and would keep the next one waiting.
      await database.db.deleteFrom('lease').execute();
      expect((await papers()).length).toBeGreaterThanOrEqual(acknowledged);
    }
    const child = fork(new URL('./testing/pulling-process.ts', import.meta.url), [database.location, server.url], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
    expect((await papers()).map((p) => p.arxiv_id).sort()).toEqual(pages.flat().sort());
  }, 60_000);
});

function plainPaper(id: string) {
  return {
    short_id: `s${id}`,
    arxiv_id: id,
    title: `A paper called ${id}`,
    authors_json: '[]',
    author_count: 0,
    categories_json: '[]',
    keywords_json: '[]',
    imported_votes: 0,
    reader_votes: 0,
    imported_comments: 0,
    reader_comments: 0,
    listed_on: '2026-01-14',
    first_seen_at: 1,
    changed_seq: 0,
  };
}
