import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createReader, findReader, type Reader } from '../accounts/index.ts';
import { loadDiscussion, writeComment } from '../discussion/index.ts';
import { closeDueEditions } from '../editions/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { notificationsOf } from '../notifications/index.ts';
import {
  changeSubmissionRule,
  claimAuthorship,
  claimOf,
  decideClaim,
  decideSubmission,
  listSubmissions,
  openClaims,
  parseNamed,
  submitPaper,
  undoDecision,
} from './index.ts';

const ISSUER = 'https://orcid.example';

/** Answers as arXiv, doi.org and a publisher do, in words of our own. */
let elsewhere: Server;
let base = '';
beforeAll(async () => {
  elsewhere = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.pathname === '/api/query') {
      const id = url.searchParams.get('id_list');
      const entry = `<entry><id>http://arxiv.org/abs/${id}v1</id><title>A Paper From Elsewhere</title><summary>Its words.</summary><published>2025-12-20T00:00:00Z</published><updated>2025-12-20T00:00:00Z</updated><author><name>Ada Löwe</name></author></entry>`;
      return void response.end(`<feed xmlns="http://www.w3.org/2005/Atom">${id === '2512.40404' ? '' : entry}</feed>`);
    }
    if (url.pathname === '/10.1234/abc') {
      return void response.end(
        JSON.stringify({
          title: 'Registered Elsewhere',
          author: [{ given: 'Bo', family: 'Chen', ORCID: 'http://orcid.org/0000-0001-2345-6789' }],
          issued: { 'date-parts': [[2025, 12, 28]] },
        }),
      );
    }
    response.end(
      '<html><meta name="citation_title" content="On a Page &amp; Elsewhere"><meta name="citation_doi" content="10.1234/page"><meta name="citation_author" content="Chen, Bo"><meta name="citation_publication_date" content="2025/12/27">',
    );
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => elsewhere.close(resolve)));

test.for([
  ['2410.06535v2', { arxivId: '2410.06535' }],
  ['https://arxiv.org/pdf/2410.06535', { arxivId: '2410.06535' }],
  ['https://doi.org/10.48550/arXiv.2410.06535', { arxivId: '2410.06535' }],
  ['doi:10.1234/ABC', { doi: '10.1234/abc' }],
  ['https://papers.example/1', { url: 'https://papers.example/1' }],
  ['file:///etc/passwd', undefined],
  ['some words', undefined],
] as const)('%s is understood', ([text, expected]) => {
  expect(parseNamed(text)).toEqual(expected);
});

onEachStore('submissions', (opened) => {
  let site: TestSite;
  let ada: Reader;
  let bo: Reader;
  const places = () => ({ arxiv: base, doi: base, isAllowed: (address: string) => address === '127.0.0.1' });
  beforeEach(async () => {
    site = opened();
    await site.add([
      ...featuredOn('2025-12-30', [10]),
      { arxivId: numbered(50), title: 'Gathered and Not Shown', publishedAt: Date.parse('2025-12-29') },
      { arxivId: numbered(51), title: 'An Older One', publishedAt: Date.parse('2025-11-01') },
    ]);
    [ada, bo] = [await reader('Ada'), await reader('Bo')];
  });
  const db = () => site.database.db;
  async function reader(name: string, ageDays = 30) {
    const made = await createReader(db(), { name, isConfirmed: true }, site.now() - ageDays * 86_400_000);
    return (await findReader(db(), made.id)) as Reader;
  }
  const propose = (what: string, who = ada, more: { comment?: string; mediaUrl?: string } = {}) =>
    submitPaper(site, { reader: who, role: 'reader', what, ...more }, places());
  const rule = (change: object) =>
    changeSubmissionRule(site, ada.id, { who: 'readers', maxAgeDays: 14, dailyCap: 5, accountDays: 0, ...change });

  test('a paper that is here waits once, is accepted into today’s edition, and its comment opens the discussion', async () => {
    const outcome = await propose(numbered(50), ada, { comment: 'Worth a look.', mediaUrl: 'https://m.example/v.mp4' });
    expect(outcome).toMatchObject({ paperKey: numbered(50) });
    expect(await propose(numbered(50), bo)).toMatchObject({ rule: 'only once' });
    const [waiting] = await listSubmissions(db(), { state: 'waiting' });
    expect(waiting).toMatchObject({ by: 'Ada', comment: 'Worth a look.', mediaUrl: 'https://m.example/v.mp4' });
    const decision = { id: waiting.id, actorId: bo.id, accept: true };
    const both = await Promise.all([decideSubmission(site, decision), decideSubmission(site, decision)]);
    expect(both.filter(Boolean)).toEqual([numbered(50)]);
    const paper = await db()
      .selectFrom('paper')
      .select('id')
      .where('arxiv_id', '=', numbered(50))
      .executeTakeFirstOrThrow();
    const feature = await db().selectFrom('feature').selectAll().where('paper_id', '=', paper.id).executeTakeFirst();
    expect(feature).toMatchObject({ day: '2025-12-30', by: 'editor' });
    expect((await loadDiscussion(db(), paper.id)).comments).toMatchObject([{ text: 'Worth a look.' }]);
    expect(await propose(numbered(50), bo)).toMatchObject({
      rule: 'only once',
      refused: expect.stringContaining('2025-12-30'),
    });
  });

  test('papers that are new here are learnt by arXiv id, DOI and page', async () => {
    for (const [what, title] of [
      ['2512.12345', 'A Paper From Elsewhere'],
      ['10.1234/abc', 'Registered Elsewhere'],
      [`${base}/some/page`, 'On a Page & Elsewhere'],
    ]) {
      const outcome = await propose(what);
      expect(outcome).toHaveProperty('paperKey');
      expect((await listSubmissions(db(), { readerId: ada.id }))[0].paper.title).toBe(title);
    }
    expect(await propose('2512.40404')).toMatchObject({ rule: 'not found', refused: 'arXiv has no 2512.40404.' });
  });

  test('an address inside is not asked', async () => {
    const outcome = await submitPaper(site, { reader: ada, role: 'reader', what: `${base}/some/page` });
    expect(outcome).toMatchObject({ rule: 'not found', refused: expect.stringContaining('no website of the public') });
  });

  test('each rule refuses by its name, and what an administrator may set is bounded', async () => {
    expect(await propose('some words')).toMatchObject({ rule: 'not understood' });
    expect(await propose(numbered(50), ada, { mediaUrl: 'javascript:alert(1)' })).toMatchObject({
      rule: 'not understood',
    });
    expect(await propose(numbered(51))).toMatchObject({
      rule: 'paper age',
      refused: expect.stringContaining('14 days'),
    });
    expect(await propose(numbered(1))).toMatchObject({ rule: 'only once' });
    await rule({ accountDays: 60 });
    expect(await propose(numbered(50))).toMatchObject({ rule: 'account age' });
    await rule({ who: 'editors' });
    expect(await propose(numbered(50))).toMatchObject({ rule: 'who' });
    expect(await submitPaper(site, { reader: ada, role: 'editor', what: numbered(50) }, places())).toHaveProperty(
      'paperKey',
    );
    await rule({ dailyCap: 1, maxAgeDays: 0 });
    expect(await propose(numbered(51))).toMatchObject({ rule: 'daily cap' });
    for (const wrong of [{ dailyCap: 0 }, { maxAgeDays: -1 }, { who: 'robots' }])
      expect(await rule(wrong)).toEqual(expect.any(String));
    const log = await db().selectFrom('audit_event').select('action').execute();
    expect(log.every((event) => event.action === 'submissions.rule')).toBe(true);
  });

  test('a decision is taken back while its edition is open, and not once it is printed', async () => {
    const outcome = await propose(numbered(50));
    if ('refused' in outcome) throw new Error(outcome.refused);
    const { id, paperKey } = outcome;
    const decide = (accept: boolean) => decideSubmission(site, { id, actorId: bo.id, accept });
    const undo = () => undoDecision(site, { id, actorId: bo.id });
    const features = () => db().selectFrom('feature').select('source').where('source', '=', 'submission').execute();
    expect(await undo()).toHaveProperty('refused');
    for (const accept of [false, true]) {
      await decide(accept);
      expect(await features()).toHaveLength(accept ? 1 : 0);
      expect(await undo()).toEqual({ paperKey });
      expect(await features()).toHaveLength(0);
      expect(await listSubmissions(db(), { state: 'waiting' })).toMatchObject([{ id }]);
    }
    await decide(true);
    site.setNow(Date.parse('2025-12-31T17:00:00Z'));
    await closeDueEditions(site);
    expect(await undo()).toMatchObject({ refused: expect.stringContaining('is closed') });
    expect(await features()).toHaveLength(1);
    const actions = (await db().selectFrom('audit_event').select('action').orderBy('id').execute()).map(
      (e) => e.action,
    );
    expect(actions).toEqual(['refuse', 'undo', 'accept', 'undo', 'accept'].map((what) => `submission.${what}`));
  });

  test('what the editors did not take says why to who tries again', async () => {
    const outcome = await propose(numbered(50));
    if ('refused' in outcome) throw new Error(outcome.refused);
    await decideSubmission(site, { id: outcome.id, actorId: bo.id, accept: false, said: 'Off topic.' });
    expect(await propose(numbered(50), bo)).toMatchObject({
      rule: 'only once',
      refused: expect.stringContaining('Off topic.'),
    });
    expect((await listSubmissions(db(), { readerId: ada.id }))[0]).toMatchObject({
      state: 'refused',
      said: 'Off topic.',
    });
  });

  test('an author is one when an editor says so; then comments are marked, and the author is told of them', async () => {
    const paperKey = numbered(50);
    expect(await claimAuthorship(site, { reader: ada, paperKey })).toEqual({ state: 'asked' });
    expect(await openClaims(db())).toMatchObject([{ paper: { key: paperKey }, reader: { name: 'Ada' } }]);
    const paper = await db()
      .selectFrom('paper')
      .select('id')
      .where('arxiv_id', '=', paperKey)
      .executeTakeFirstOrThrow();
    await writeComment(site, { reader: ada, paperKey, text: 'Not yet an author.' });
    expect((await loadDiscussion(db(), paper.id)).comments[0].author.isPaperAuthor).toBe(false);
    const decision = { actorId: bo.id, readerId: ada.id, paperKey, accept: true };
    expect(await decideClaim(site, decision)).toBe(true);
    expect(await decideClaim(site, { ...decision, accept: false })).toBe(false);
    expect(await claimOf(db(), paper.id, ada.id)).toBe('confirmed');
    await writeComment(site, { reader: bo, paperKey, text: 'A question to the authors.' });
    expect(await notificationsOf(db(), ada.id)).toMatchObject([{ kind: 'paper', by: 'Bo' }]);
    await writeComment(site, { reader: ada, paperKey, text: 'An answer to all.' });
    expect(await notificationsOf(db(), bo.id)).toMatchObject([{ kind: 'author', by: 'Ada' }]);
    expect((await loadDiscussion(db(), paper.id)).comments.map((c) => c.author.isPaperAuthor)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('who has signed in with the ORCID iD that the record carries needs no editor', async () => {
    const outcome = await propose('10.1234/abc');
    if ('refused' in outcome) throw new Error(outcome.refused);
    site.settings.accounts.providers.push({ id: 'orcid', title: 'ORCID', issuer: ISSUER, clientId: 'x' });
    for (const [who, subject] of [
      [ada, '0000-0001-2345-6789'],
      [bo, '0000-0009-9999-9999'],
    ] as const)
      await db()
        .insertInto('reader_identity')
        .values({ provider: `orcid ${ISSUER}`, subject, reader_id: who.id, label: subject, linked_at: 1 })
        .execute();
    const { paperKey } = outcome;
    expect(await claimAuthorship(site, { reader: ada, paperKey })).toEqual({ state: 'confirmed' });
    expect(await claimAuthorship(site, { reader: bo, paperKey })).toEqual({ state: 'asked' });
  });
});
