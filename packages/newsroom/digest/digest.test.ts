import { expect, test } from 'vitest';
import { createReader } from '../accounts/index.ts';
import { featuredOn, numbered, onEachStore } from '../editions/testing.ts';
import { recordShown, setProposedOnce } from '../library/index.ts';
import { subscribableFeed } from './feeds.ts';
import { findIssue, leave, planDigests, troubledLetters } from './index.ts';
import { delivered, subscribed } from './testing.ts';

const at = (text: string) => Date.parse(text);
const DAY = 24 * 3_600_000;
/** Seven in the morning in New York. */
const morning = (day: string) => at(`${day}T12:00:00Z`);

onEachStore('the digest', (site) => {
  const issues = () =>
    site()
      .database.db.selectFrom('issue')
      .select(['slug', 'period', 'covers_from', 'covers_until', 'hash', 'content_json'])
      .orderBy('id')
      .execute();
  const keysOf = (json: string) => (JSON.parse(json) as { papers: { key: string }[] }).papers.map((paper) => paper.key);

  test('each subscriber gets one mail for a papers-day, at their own hour, and all get the same issue', async () => {
    await site().add(featuredOn('2025-12-29', [30, 50, 40]));
    await subscribed(site(), 'ada@example.org');
    await subscribed(site(), 'bo@example.org', { hour: 9 });
    site().setNow(morning('2025-12-30') + 1);
    // Confirmed in the afternoon of the 30th; the first morning after is the 31st, which tells of the 30th.
    await site().add(featuredOn('2025-12-30', [10, 70], { first: 10 }));
    site().setNow(morning('2025-12-31'));
    expect((await delivered(site())).map((letter) => letter.to)).toEqual(['ada@example.org']);
    site().setNow(morning('2025-12-31') + 2 * 3_600_000);
    expect((await delivered(site())).map((letter) => letter.to)).toEqual(['bo@example.org']);
    expect(await delivered(site())).toEqual([]);
    const [issue, ...others] = await issues();
    expect(others).toEqual([]);
    expect(issue).toMatchObject({ slug: '2025-12-30', covers_from: '2025-12-30' });
    expect(keysOf(issue.content_json)).toEqual([numbered(11), numbered(10)]);
  });

  test('a frozen issue keeps its papers, order, counts and hash, whatever happens to them after', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [10, 70]));
    site().setNow(morning('2025-12-31'));
    await planDigests(site());
    const [before] = await issues();
    await site().add(featuredOn('2025-12-30', [900, 1]));
    site().setNow(morning('2025-12-31') + DAY);
    await planDigests(site());
    expect((await issues())[0]).toEqual(before);
    expect((await findIssue(site().database.db, '2025-12-30'))?.content.papers[0]).toMatchObject({
      votes: 70,
      reasons: ['70 votes'],
    });
  });

  test('who wants each paper once gets the issue without what they were shown; it stays whole for all others', async () => {
    const { db } = site().database;
    const ada = await createReader(db, { name: 'Ada', email: 'ada@example.org', isConfirmed: true }, site().now());
    await setProposedOnce(site(), ada.id, true);
    await subscribed(site(), 'ada@example.org');
    await subscribed(site(), 'bo@example.org');
    await site().add(featuredOn('2025-12-30', [30, 20, 10]));
    const ids = (await db.selectFrom('paper').select('id').orderBy('id').execute()).map((row) => row.id);
    const show = (paperIds: number[]) =>
      recordShown(site().database, { readerId: ada.id, paperIds, place: 'page' }, site().now());
    await show([ids[0]]);
    site().setNow(morning('2025-12-31'));
    const letters = await delivered(site());
    const titlesIn = (to: string) =>
      [1, 2, 3].filter((n) => letters.find((letter) => letter.to === to)?.text.includes(`Paper ${numbered(n)}`));
    expect([titlesIn('ada@example.org'), titlesIn('bo@example.org')]).toEqual([
      [2, 3],
      [1, 2, 3],
    ]);
    const own = letters.find((letter) => letter.to === 'ada@example.org')?.text.replace(/=\r\n/g, '');
    expect(own).toContain('Without 1 paper that you were shown before');
    expect((await findIssue(db, '2025-12-30'))?.content.papers).toHaveLength(3);

    // All of it shown before: no letter, for want of something to say.
    await site().add(featuredOn('2025-12-31', [30], { first: 4 }));
    await show([
      (await db.selectFrom('paper').select('id').where('arxiv_id', '=', numbered(4)).executeTakeFirstOrThrow()).id,
    ]);
    site().setNow(morning('2026-01-01'));
    expect((await delivered(site())).map((letter) => letter.to)).toEqual(['bo@example.org']);
  });

  test('letters of an issue that cannot be rendered wait with the reason, keep no others, and go when it is mended', async () => {
    const { db } = site().database;
    await subscribed(site(), 'ada@example.org');
    await subscribed(site(), 'bo@example.org', { feed: '/categories/cs.LG' });
    await site().add(featuredOn('2025-12-30', [30]));
    site().setNow(morning('2025-12-31'));
    await planDigests(site());
    const front = await db.selectFrom('issue').selectAll().where('feed', '=', '/').executeTakeFirstOrThrow();
    const write = (content_json: string) =>
      db.updateTable('issue').set({ content_json }).where('id', '=', front.id).execute();
    await write('{"papers":');
    expect((await delivered(site())).map((letter) => letter.to)).toEqual(['bo@example.org']);
    const [waiting] = await troubledLetters(site());
    expect(waiting).toMatchObject({ state: 'queued', error: expect.stringContaining('could not be written') });
    await write(front.content_json);
    site().setNow(waiting.nextAt);
    expect((await delivered(site())).map((letter) => letter.to)).toEqual(['ada@example.org']);
  });

  test('nothing new, no mail; what comes later is told the next day', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [10]));
    site().setNow(morning('2025-12-31'));
    expect(await delivered(site())).toHaveLength(1);
    // The 31st is a papers-day on which nothing came; the 1st is none.
    site().setNow(morning('2026-01-01'));
    expect(await delivered(site())).toHaveLength(0);
    site().setNow(morning('2026-01-02'));
    expect(await delivered(site())).toHaveLength(0);
    await site().add([
      ...featuredOn('2025-12-31', [5], { first: 20 }),
      ...featuredOn('2026-01-02', [9], { first: 30 }),
    ]);
    site().setNow(morning('2026-01-03'));
    const [letter] = await delivered(site());
    expect(letter.text).toMatch(/^Subject: Broadsheet, Friday, 2 January 2026$/m);
    expect(keysOf((await issues())[1].content_json)).toEqual([numbered(30), numbered(20)]);
  });

  test('a paper that came to its day after the issue had gone out is in the next one, and no paper is in two', async () => {
    site().setNow(morning('2025-12-29'));
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-29', [10, 20]));
    site().setNow(morning('2025-12-30'));
    await planDigests(site());
    site().setNow(at('2025-12-30T17:30:00Z'));
    await site().add([
      ...featuredOn('2025-12-29', [500], { first: 5 }),
      ...featuredOn('2025-12-30', [7], { first: 6 }),
    ]);
    site().setNow(morning('2025-12-31'));
    await planDigests(site());
    const told = (await issues()).map((issue) => keysOf(issue.content_json));
    expect(told).toEqual([
      [numbered(2), numbered(1)],
      [numbered(5), numbered(6)],
    ]);
    expect(new Set(told.flat()).size).toBe(told.flat().length);
  });

  test('after ten days of sleep one mail comes, which tells of the days between', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(morning('2025-12-31'));
    expect(await delivered(site())).toHaveLength(1);
    await site().add(featuredOn('2026-01-05', [8], { first: 40 }));
    await site().add(featuredOn('2026-01-09', [4], { first: 50 }));
    site().setNow(morning('2026-01-10'));
    const letters = await delivered(site());
    expect(letters).toHaveLength(1);
    expect(letters[0].text).toContain('With the papers since Wednesday, 31 December 2025');
    expect(keysOf((await issues())[1].content_json)).toEqual([numbered(40), numbered(50)]);
  });

  test('weekly comes once after the week, and not for a week that was over before it was asked for', async () => {
    await site().add(featuredOn('2025-12-24', [99]));
    await subscribed(site(), 'ada@example.org', { pace: 'weekly' });
    await site().add(featuredOn('2025-12-30', [3, 6], { first: 2 }));
    const arrived: string[] = [];
    for (let day = morning('2025-12-31'); day <= morning('2026-01-11'); day += DAY) {
      site().setNow(day);
      for (const letter of await delivered(site())) arrived.push(letter.text.match(/^Subject: (.*)$/m)?.[1] ?? '');
    }
    expect(arrived.map((subject) => subject.trim())).toEqual(['Broadsheet, Week 1 of 2026']);
  });

  test('a category has its own issue, best first, and a list that is broken keeps nobody else from theirs', async () => {
    await subscribed(site(), 'ada@example.org', { feed: '/categories/cs.LG' });
    await subscribed(site(), 'bo@example.org');
    await site()
      .database.db.updateTable('subscription')
      .set({ feed: '/papers/date/2020-01-01' })
      .where('id', '=', 2)
      .execute();
    await subscribed(site(), 'eve@example.org');
    await site().add(featuredOn('2025-12-30', [3, 6]));
    site().setNow(morning('2025-12-31'));
    expect((await delivered(site())).map((letter) => letter.to).sort()).toEqual(['ada@example.org', 'eve@example.org']);
    const one = (await issues()).find((issue) => issue.slug !== '2025-12-30');
    expect(keysOf(one?.content_json ?? '')).toEqual([numbered(2), numbered(1)]);
  });

  test('two processes that plan at once make one issue and one letter', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(morning('2025-12-31'));
    await Promise.all([planDigests(site()), planDigests(site())]);
    expect(await issues()).toHaveLength(1);
    const letters = await site()
      .database.db.selectFrom('letter')
      .select('state')
      .where('kind', '=', 'digest')
      .execute();
    expect(letters).toHaveLength(1);
  });

  test('who leaves between the planning and the sending gets nothing', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(morning('2025-12-31'));
    const [first] = await delivered(site());
    const link = /List-Unsubscribe: <[^>]*\/digest\/leave\/([\w.-]+)>/.exec(first.text)?.[1] ?? '';
    await site().add(featuredOn('2025-12-31', [3], { first: 9 }));
    site().setNow(morning('2026-01-01'));
    await planDigests(site());
    expect(await leave(site(), link)).toMatchObject({ feed: '/' });
    expect(await delivered(site())).toHaveLength(0);
  });

  test('stars of the week count as far as they were counted', async () => {
    await subscribed(site(), 'ada@example.org');
    await site().add(featuredOn('2025-12-30', [12]).map((paper) => ({ ...paper, repository: 'ada/maps' })));
    for (const [day, stars] of [
      ['2025-12-20', 1],
      ['2025-12-24', 60],
      ['2025-12-31', 400],
    ] as const) {
      await site().database.db.insertInto('repository_stars').values({ repository: 'ada/maps', day, stars }).execute();
    }
    site().setNow(morning('2025-12-31'));
    await planDigests(site());
    expect((await findIssue(site().database.db, '2025-12-30'))?.content.papers[0].reasons).toEqual([
      '12 votes',
      'code',
      '+340 stars this week',
    ]);
  });
});

test.each([
  ['/', '/'],
  ['/?has=code', '/?has=code'],
  ['/papers/trending', '/papers/trending'],
  ['/papers?q=graph+neural', '/papers?q=graph+neural'],
  ['/categories/cs.LG?has=code&utm_source=x', '/categories/cs.LG?has=code'],
])('%s can be subscribed to', (address, canonical) => {
  expect(subscribableFeed(address)).toMatchObject({ address: canonical });
});

test.each([
  '/papers/date/2025-12-30',
  '/papers/2025-W01',
  '/digest',
  '//evil.example/',
  'https://evil.example/',
  '',
  '/papers/trending.rss',
  '/%',
])('%s cannot', (address) => {
  expect(subscribableFeed(address)).toHaveProperty('refused');
});
