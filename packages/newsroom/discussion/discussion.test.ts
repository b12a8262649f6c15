import { beforeEach, expect, test } from 'vitest';
import { createReader, findReader, type Reader } from '../accounts/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { notificationsOf, offLink, switchOff } from '../notifications/index.ts';
import { mergeRecords } from '../papers/index.ts';
import { deleteReader, exportReader } from '../personal-data/index.ts';
import {
  COMMENT_LIMITS,
  editComment,
  hideComment,
  keepComment,
  listComments,
  loadDiscussion,
  lockDiscussion,
  readComment,
  removeComment,
  renderCommentFeed,
  reportComment,
  reportedComments,
  setReaction,
  writeComment,
} from './index.ts';

onEachStore('a discussion', (opened) => {
  let site: TestSite;
  let ada: Reader;
  let bo: Reader;
  const paperKey = numbered(1);
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn('2025-12-30', [10, 20]));
    ada = await reader('Ada', { email: 'ada@example.org' });
    bo = await reader('Bo', { email: 'bo@example.org' });
  });

  const db = () => site.database.db;
  async function reader(name: string, { email, ageDays = 30 }: { email?: string; ageDays?: number } = {}) {
    const made = await createReader(db(), { name, email, isConfirmed: true }, site.now() - ageDays * 86_400_000);
    return (await findReader(db(), made.id)) as Reader;
  }
  const paperId = async () =>
    (await db().selectFrom('paper').select('id').where('arxiv_id', '=', paperKey).executeTakeFirstOrThrow()).id;
  const count = async () =>
    (
      await db()
        .selectFrom('paper')
        .select('reader_comments')
        .where('arxiv_id', '=', paperKey)
        .executeTakeFirstOrThrow()
    ).reader_comments;
  async function say(who: Reader, text: string, replyTo?: string): Promise<string> {
    const outcome = await writeComment(site, { reader: who, paperKey, text, replyTo });
    if ('refused' in outcome) throw new Error(outcome.refused);
    return outcome.key;
  }
  const shown = async (viewer = {}) => (await loadDiscussion(db(), await paperId(), { viewer })).comments;
  const letters = async () =>
    (await db().selectFrom('letter').select(['to_address', 'body_json']).orderBy('id').execute()).map((row) => ({
      to: row.to_address,
      ...(JSON.parse(row.body_json ?? '{}') as { subject: string; text: string; headers: Record<string, string> }),
    }));

  test('stands in threads, the oldest first, and is counted on the paper', async () => {
    const version = site.contentVersion();
    const first = await say(ada, 'What is $n$ here?');
    const second = await say(bo, 'Another matter.');
    const answer = await say(bo, 'The number of *places*.', first);
    await say(ada, 'Thank you.', answer);
    expect(site.contentVersion()).toBeGreaterThan(version);
    expect((await shown()).map((c) => [c.depth, c.author.name])).toEqual([
      [0, 'Ada'],
      [1, 'Bo'],
      [2, 'Ada'],
      [0, 'Bo'],
    ]);
    expect((await shown())[3].key).toBe(second);
    expect(await count()).toBe(4);
  });

  test('what is refused changes no page', async () => {
    const key = await say(ada, 'Once.');
    const version = site.contentVersion();
    const refusals = [
      await writeComment(site, { reader: ada, paperKey, text: 'Once.' }),
      await writeComment(site, { reader: ada, paperKey: '2601.99999', text: 'Where?' }),
      await editComment(site, { reader: bo, key, text: 'Mine now.' }),
      await removeComment(site, { reader: bo, key }),
      await setReaction(site, { reader: bo, key: 'aaaaaaaaaaaa', reaction: 'agree', on: true }),
    ];
    expect(refusals.map((refusal) => 'refused' in refusal)).toEqual(Array(5).fill(true));
    await site.contentChanged();
    expect(site.contentVersion()).toBe(version);
  });

  test('twenty at once are all there, and all counted', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, (_, i) => reader(`r${i}`)));
    await Promise.all(many.map((who, i) => say(who, `I am number ${i}.`)));
    expect(await shown()).toHaveLength(20);
    expect(await count()).toBe(20);
  });

  test('what was said before an edit can be read by everyone', async () => {
    const key = await say(ada, 'It is wrong.');
    site.setNow(site.now() + 60_000);
    expect(await editComment(site, { reader: ada, key, text: 'It is *not* wrong.' })).toMatchObject({ key });
    expect(await editComment(site, { reader: ada, key, text: 'It is *not* wrong.' })).toMatchObject({ key });
    const read = await readComment(db(), key);
    expect(read).toMatchObject({ edits: 1, html: '<p>It is <em>not</em> wrong.</p>', editedAt: site.now() });
    expect(read?.history).toMatchObject([{ text: 'It is wrong.', writtenAt: site.now() - 60_000 }]);
  });

  test('nobody changes or takes away the words of another', async () => {
    const key = await say(ada, 'Mine.');
    expect(await editComment(site, { reader: bo, key, text: 'Yours now.' })).toMatchObject({ reason: 'not yours' });
    expect(await removeComment(site, { reader: bo, key })).toMatchObject({ reason: 'not yours' });
    for (const none of ['aaaaaaaaaaaa', '', "' or 1=1", 'a\u0000b'])
      expect(await editComment(site, { reader: ada, key: none, text: 'x' })).toMatchObject({ reason: 'not found' });
    expect((await shown())[0].text).toBe('Mine.');
  });

  test('taken away, words and history are gone; the place stays only where it was answered', async () => {
    const asked = await say(ada, 'A secret.');
    await editComment(site, { reader: ada, key: asked, text: 'No secret.' });
    await say(bo, 'I read that.', asked);
    const alone = await say(ada, 'Never mind.');
    for (const key of [asked, alone]) expect(await removeComment(site, { reader: ada, key })).toMatchObject({ key });
    expect((await shown()).map((c) => [c.gone, c.text])).toEqual([
      ['removed', ''],
      [undefined, 'I read that.'],
    ]);
    expect(await count()).toBe(1);
    const left = await db().selectFrom('comment_version').selectAll().execute();
    expect(left).toEqual([]);
  });

  test('a comment cannot answer one of another paper, nor stand where no paper is', async () => {
    const key = await say(ada, 'Here.');
    const other = { reader: bo, paperKey: numbered(2), text: 'There.', replyTo: key };
    expect(await writeComment(site, other)).toMatchObject({ reason: 'not found' });
    for (const none of ['2512.99999', '', 'a\u0000b', '../..'])
      expect(await writeComment(site, { reader: bo, paperKey: none, text: 'x' })).toMatchObject({
        reason: 'not found',
      });
  });

  test('empty, endless and invisible words are refused or cleaned', async () => {
    for (const text of ['', ' \n ', '\u202e\u200f', 'x'.repeat(10_001)])
      expect(await writeComment(site, { reader: ada, paperKey, text })).toMatchObject({ reason: 'unusable' });
    const key = await say(ada, 'so\u0000me\u202e words\r\nhere\ud800');
    expect((await readComment(db(), key))?.text).toBe('some words\nhere\ufffd');
  });

  test('an account that nobody vouches for reads and does not write', async () => {
    const made = await createReader(db(), { name: 'Eve', isConfirmed: false }, site.now());
    expect(await writeComment(site, { reader: made, paperKey, text: 'Hi.' })).toMatchObject({ reason: 'unconfirmed' });
  });

  test('the limits hold, say when to come back, and are lower for new accounts', async () => {
    const young = await reader('New', { ageDays: 1 });
    expect(
      await writeComment(site, {
        reader: young,
        paperKey,
        text: 'https://a.example https://b.example https://c.example',
      }),
    ).toMatchObject({ reason: 'unusable' });
    for (let i = 0; i < COMMENT_LIMITS.perHourYoung; i++) await say(young, `number ${i}`);
    expect(await writeComment(site, { reader: young, paperKey, text: 'one more' })).toMatchObject({
      reason: 'too often',
      retryAt: site.now() + 3_600_000,
    });
    site.setNow(site.now() + 3_600_001);
    await say(young, 'one more');
    await say(ada, 'the same');
    expect(await writeComment(site, { reader: ada, paperKey, text: ' the same ' })).toMatchObject({
      reason: 'repeated',
    });
  });

  test('a reaction is one a reader, whatever is clicked at once, and can be taken back', async () => {
    const key = await say(ada, 'Look.');
    const agree = { reader: bo, key, reaction: 'agree', on: true } as const;
    await Promise.all(Array.from({ length: 5 }, () => setReaction(site, agree)));
    expect((await shown({ readerId: bo.id }))[0].reactions).toEqual([{ reaction: 'agree', count: 1, mine: true }]);
    expect((await shown({ readerId: ada.id }))[0].reactions).toEqual([{ reaction: 'agree', count: 1, mine: false }]);
    await setReaction(site, { ...agree, on: false });
    expect((await shown())[0].reactions).toEqual([]);
  });

  test('who is answered is told once, by letter too, and ends that with one press', async () => {
    const key = await say(ada, 'A question.');
    await say(ada, 'I answer myself.', key);
    expect(await letters()).toEqual([]);
    const answer = await say(bo, `Ada, @${ada.handle}: an answer.\r\nBcc: everyone@example.org`, key);
    await editComment(site, { reader: bo, key: answer, text: `A better answer, @${ada.handle}.` });
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ to: 'ada@example.org', subject: expect.stringMatching(/^Bo answered you: /) });
    expect(letter.text).toContain(`/comments/${answer}`);
    const off = offLink(site.settings, ada.id, 'reply');
    expect(letter.headers['List-Unsubscribe']).toBe(`<${off}>`);
    expect(await notificationsOf(db(), ada.id)).toMatchObject([
      { kind: 'reply', by: 'Bo', isNew: true, comment: answer },
    ]);

    const token = off.split('/').at(-1) as string;
    expect(await switchOff(site, `${token}x`)).toBe(false);
    expect(await switchOff(site, token)).toBe(true);
    await say(bo, 'And another thing.', key);
    expect(await letters()).toHaveLength(1);
    expect(await notificationsOf(db(), ada.id)).toHaveLength(2);
    // Being named is another kind.
    await say(bo, `What do you say, @${ada.handle}?`);
    expect((await letters()).map((l) => l.subject.split(':')[0])).toEqual(['Bo answered you', 'Bo named you']);
  });

  test('a name cannot write headers of a letter', async () => {
    await db().updateTable('reader').set({ name: 'Bo\r\nBcc: x@example.org' }).where('id', '=', bo.id).execute();
    const key = await say(ada, 'A question.');
    await say((await findReader(db(), bo.id)) as Reader, 'An answer.', key);
    expect((await letters())[0].subject).not.toMatch(/[\r\n]/);
  });

  test('hidden, its words are for editors and for who wrote them, and it is not counted; reports are settled by it', async () => {
    const key = await say(ada, 'Buy my thing.');
    await say(bo, 'Please do not.', key);
    for (let i = 0; i < 2; i++) await reportComment(site, { reader: bo, key, reason: 'advertising' });
    expect(await reportedComments(db())).toMatchObject([
      { key, text: 'Buy my thing.', writtenBy: 'Ada', reports: [{ by: 'Bo', reason: 'advertising' }] },
    ]);
    const version = site.contentVersion();
    await hideComment(site, { actorId: bo.id, key, on: true });
    expect(site.contentVersion()).toBeGreaterThan(version);
    expect(await reportedComments(db())).toEqual([]);
    expect(await count()).toBe(1);
    const [toAll] = await shown();
    expect(toAll).toMatchObject({ gone: 'hidden', text: '', html: '' });
    expect((await readComment(db(), key))?.text).toBe('');
    expect((await shown({ isEditor: true }))[0].text).toBe('Buy my thing.');
    expect((await shown({ readerId: ada.id }))[0].text).toBe('Buy my thing.');
    const feed = renderCommentFeed('atom', (await listComments(db(), { paperId: await paperId() })).comments, {
      ...{ siteName: 'S', baseUrl: 'https://s.example', title: 't', address: '/a', self: '/a.atom', now: site.now() },
    });
    expect(feed).not.toContain('Buy my thing');
    expect(feed).toContain('Please do not');
    await hideComment(site, { actorId: bo.id, key, on: false });
    expect(await count()).toBe(2);
    const log = await db().selectFrom('audit_event').select(['action', 'subject']).orderBy('id').execute();
    expect(log).toEqual([
      { action: 'comment.hide', subject: `comment ${key}` },
      { action: 'comment.show', subject: `comment ${key}` },
    ]);
  });

  test('a report that an editor sets aside does not come back', async () => {
    const key = await say(ada, 'I disagree.');
    await reportComment(site, { reader: bo, key, reason: 'rude' });
    await keepComment(site, { actorId: bo.id, key });
    await reportComment(site, { reader: bo, key, reason: 'rude!' });
    expect(await reportedComments(db())).toEqual([]);
    expect((await shown())[0].gone).toBeUndefined();
  });

  test('a closed discussion takes no words and no edits until it is opened again', async () => {
    const key = await say(ada, 'Early.');
    await lockDiscussion(site, { actorId: bo.id, paperKey, on: true });
    expect(await writeComment(site, { reader: ada, paperKey, text: 'Late.' })).toMatchObject({ reason: 'locked' });
    expect(await editComment(site, { reader: ada, key, text: 'Later.' })).toMatchObject({ reason: 'locked' });
    expect((await loadDiscussion(db(), await paperId())).isLocked).toBe(true);
    await lockDiscussion(site, { actorId: bo.id, paperKey, on: false });
    await say(ada, 'Late.');
  });

  test('who leaves takes the name along; the words stay, reactions and what they were told go', async () => {
    const key = await say(ada, 'Words that were answered.');
    await setReaction(site, { reader: ada, key: await say(bo, 'Indeed.', key), reaction: 'agree', on: true });
    const taken = JSON.stringify(await exportReader(site, ada.id));
    expect(taken).toContain('Words that were answered.');
    expect(taken).toContain('"reaction":"agree"');
    expect(await deleteReader(site, ada.id)).toBeUndefined();
    const [first, second] = await shown();
    expect(first.author).toEqual({ name: 'deleted reader', handle: undefined, isPaperAuthor: false });
    expect(first.text).toBe('Words that were answered.');
    expect(second.reactions).toEqual([]);
    expect(await db().selectFrom('notification').selectAll().where('reader_id', '=', ada.id).execute()).toEqual([]);
    // Nobody is told on behalf of somebody who has left.
    const before = (await letters()).length;
    await say(bo, 'Are you there?', key);
    expect(await letters()).toHaveLength(before);
  });

  test('papers that become one have one discussion', async () => {
    await site.add([{ title: 'A Paper That Came Twice', doi: '10.1234/twice' }]);
    const other = await db()
      .selectFrom('paper')
      .select('short_id')
      .where('doi', '=', '10.1234/twice')
      .executeTakeFirstOrThrow();
    await writeComment(site, { reader: ada, paperKey: other.short_id, text: 'On the second.' });
    await say(bo, 'On the first.');
    const both = { source: 'test', title: 'A Paper', arxivId: paperKey, doi: '10.1234/twice' };
    await mergeRecords(site.database, [both], { now: site.now(), today: '2025-12-30' });
    expect((await shown()).map((c) => c.text).sort()).toEqual(['On the first.', 'On the second.']);
    expect(await count()).toBe(2);
  });
});
