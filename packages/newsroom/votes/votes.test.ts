import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { localReader } from '../accounts/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { setVote } from './index.ts';

onEachStore('voting', (opened) => {
  let site: TestSite;
  let ada: number;
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn('2025-12-30', [10, 20, 30]));
    ada = await site.addReader('Ada');
  });

  const paperKey = numbered(1);
  const rows = () => site.database.db.selectFrom('vote').selectAll().execute();
  const audit = () => site.database.db.selectFrom('vote_event').selectAll().orderBy('id').execute();

  test('a vote counts on top of what sources counted, and can be taken back', async () => {
    expect(await setVote(site, { readerId: ada, paperKey, on: true })).toEqual({ votes: 11, voted: true });
    expect(await setVote(site, { readerId: ada, paperKey, on: false })).toEqual({ votes: 10, voted: false });
    expect(await rows()).toEqual([]);
    expect((await audit()).map((e) => [e.reader_id, e.is_on, e.at])).toEqual([
      [ada, 1, site.now()],
      [ada, 0, site.now()],
    ]);
  });

  test('saying the same twice changes nothing, not even the content version', async () => {
    await setVote(site, { readerId: ada, paperKey, on: true });
    const version = site.contentVersion();
    expect(await setVote(site, { readerId: ada, paperKey, on: true })).toEqual({ votes: 11, voted: true });
    expect(site.contentVersion()).toBe(version);
    expect(await audit()).toHaveLength(1);
    await setVote(site, { readerId: ada, paperKey, on: false });
    expect(site.contentVersion()).toBeGreaterThan(version);
    expect(await setVote(site, { readerId: ada, paperKey, on: false })).toEqual({ votes: 10, voted: false });
    expect(await audit()).toHaveLength(2);
  });

  test('a vote for a paper that is not here is answered, and leaves nothing behind', async () => {
    for (const key of ['2512.99999', 'hep-th/9901001', '', 'a\u0000b', "' or 1=1 --", 'x'.repeat(100_000)]) {
      expect(await setVote(site, { readerId: ada, paperKey: key, on: true })).toEqual({ notFound: true });
    }
    expect(await rows()).toEqual([]);
    expect(await audit()).toEqual([]);
  });

  test('a reader who is not here cannot vote, and leaves nothing behind', async () => {
    await expect(setVote(site, { readerId: 4_711, paperKey, on: true })).rejects.toThrow();
    expect(await rows()).toEqual([]);
    expect(await audit()).toEqual([]);
    expect(await setVote(site, { readerId: ada, paperKey, on: true })).toEqual({ votes: 11, voted: true });
  });

  test('many readers at once all count', async () => {
    const readers = await Promise.all(Array.from({ length: 30 }, (_, i) => site.addReader(`r${i}`)));
    await Promise.all(readers.map((readerId) => setVote(site, { readerId, paperKey, on: true })));
    expect(await setVote(site, { readerId: readers[0], paperKey, on: true })).toEqual({ votes: 40, voted: true });
    expect(await rows()).toHaveLength(30);
    expect(await audit()).toHaveLength(30);
  });

  test('many clicks of one reader at once count once, and every answer shows the count', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => setVote(site, { readerId: ada, paperKey, on: true })),
    );
    for (const answer of answers) expect(answer).toEqual({ votes: 11, voted: true });
    expect(await rows()).toHaveLength(1);
    expect(await audit()).toHaveLength(1);
  });

  test('whatever is clicked at once, the count is that of the votes, and the audit replays to them', async () => {
    const readers = [ada, await site.addReader('Grace'), await site.addReader('Emmy')];
    const click = fc.record({
      reader: fc.integer({ min: 0, max: 2 }),
      paper: fc.integer({ min: 1, max: 3 }),
      on: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(click, { maxLength: 6 }), { maxLength: 4 }), async (bursts) => {
        for (const burst of bursts) {
          await Promise.all(
            burst.map((c) => setVote(site, { readerId: readers[c.reader], paperKey: numbered(c.paper), on: c.on })),
          );
        }
        const votes = await rows();
        const papers = await site.database.db.selectFrom('paper').select(['id', 'reader_votes']).execute();
        for (const p of papers) expect(p.reader_votes).toBe(votes.filter((v) => v.paper_id === p.id).length);
        const replayed = new Set<string>();
        for (const e of await audit()) {
          const vote = `${e.reader_id} ${e.paper_id}`;
          // Every event changed something: on where it was off, off where it was on.
          expect(replayed.has(vote)).toBe(e.is_on === 0);
          if (e.is_on) replayed.add(vote);
          else replayed.delete(vote);
        }
        expect(replayed).toEqual(new Set(votes.map((v) => `${v.reader_id} ${v.paper_id}`)));
      }),
      { numRuns: 12 },
    );
  });

  test('a site without accounts has one local reader, whoever asks first and however many at once', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await localReader(site)).id));
    expect(new Set(ids).size).toBe(1);
    expect((await localReader(site)).id).toBe(ids[0]);
  });
});
