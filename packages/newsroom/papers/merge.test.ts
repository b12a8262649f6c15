import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPaper, mergeRecords, type Paper, type PaperRecord } from './index.ts';

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`merging on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Awaited<ReturnType<typeof store.open>>;
    beforeEach(async () => {
      database = await store.open();
    });
    afterEach(() => database?.dispose());

    const merge = (...records: Partial<PaperRecord>[]) =>
      mergeRecords(
        database,
        records.map((record) => ({ source: 'arxiv-api', title: 'A Title That Is Long Enough to Tell', ...record })),
        { now: 1_000, today: '2026-01-15' },
      );
    const paper = async (key: string) => (await findPaper(database.db, key)) as Paper;

    test('the same record twice is one paper, and the second time nothing is written', async () => {
      const record = {
        arxivId: '2501.00001v1',
        version: 1,
        abstract: 'Words.',
        authors: ['Ada Löwe'],
        categories: ['cs.LG'],
      };
      expect(await merge(record)).toMatchObject({ created: 1 });
      expect(await merge(record)).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
      expect(await merge(record, record)).toMatchObject({ unchanged: 2 });
    });

    test('two records of one work in one batch make one paper', async () => {
      expect(
        await merge({ arxivId: '2501.00002' }, { doi: '10.48550/arXiv.2501.00002', abstract: 'Later.' }),
      ).toMatchObject({ created: 1, updated: 1 });
      expect((await paper('2501.00002')).abstract).toBe('Later.');
    });

    test('a later version updates the record and does not list it anew; an older one changes nothing', async () => {
      await merge({ arxivId: '2501.00003', version: 1, abstract: 'One.', listedOn: '2026-01-02' });
      await merge({
        arxivId: '2501.00003',
        version: 3,
        abstract: 'Three.',
        listedOn: '2026-01-09',
        title: 'A Better Title, Still Long Enough',
      });
      await merge({ arxivId: '2501.00003', version: 2, abstract: 'Two.' });
      expect(await paper('2501.00003')).toMatchObject({
        abstract: 'Three.',
        title: 'A Better Title, Still Long Enough',
        latestVersion: 3,
        listedOn: '2026-01-02',
      });
      expect((await paper('2501.00003')).versions.map((v) => v.version)).toEqual([1, 2, 3]);
    });

    test('a missing field erases nothing, and a repeater does not overrule arXiv', async () => {
      await merge({ arxivId: '2501.00004', abstract: 'From arXiv.', comment: '9 pages' });
      await merge(
        { arxivId: '2501.00004' },
        { source: 'huggingface', arxivId: '2501.00004', abstract: 'Repeated badly.', keywords: ['maps'] },
      );
      expect(await paper('2501.00004')).toMatchObject({
        abstract: 'From arXiv.',
        comment: '9 pages',
        keywords: ['maps'],
      });
    });

    test('a record that names two papers of ours makes them one: votes count once, the old address leads on', async () => {
      await merge({ doi: '10.1000/journal', title: 'The Journal Version of a Work, Long Title' });
      await merge({ arxivId: '2501.00005', title: 'The Preprint of That Very Same Work, Long' });
      const journal = await database.db
        .selectFrom('paper')
        .select(['id', 'short_id'])
        .where('doi', '=', '10.1000/journal')
        .executeTakeFirstOrThrow();
      const preprint = await paper('2501.00005');
      const reader = await database.db
        .insertInto('reader')
        .values({ kind: 'local', name: 'You', role: 'admin', created_at: 0 })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (const id of [journal.id, preprint.id])
        await database.db.insertInto('vote').values({ reader_id: reader.id, paper_id: id, cast_at: 1 }).execute();
      await merge({ arxivId: '2501.00005', doi: '10.1000/journal' });
      expect(await findPaper(database.db, journal.short_id)).toEqual({ movedTo: '2501.00005' });
      expect(await paper('2501.00005')).toMatchObject({ readerVotes: 1, doi: '10.1000/journal' });
      expect(await database.db.selectFrom('vote').selectAll().execute()).toHaveLength(1);
    });

    test('equal titles with different arXiv ids stay two works', async () => {
      const same = { authors: ['Ada Löwe'], publishedAt: Date.parse('2025-01-01') };
      expect(await merge({ arxivId: '2501.00006', ...same }, { arxivId: '2501.00007', ...same })).toMatchObject({
        created: 2,
      });
    });

    test('counts are kept by source and time: an older count never replaces a newer', async () => {
      const counted = (votes: number, asOf: number) => ({
        source: 'huggingface',
        arxivId: '2501.00008',
        counts: [{ votes, comments: 1, asOf }],
      });
      await merge(counted(5, 100));
      await merge(counted(9, 200));
      await merge(counted(7, 150));
      expect(await paper('2501.00008')).toMatchObject({ votes: 9, comments: 1, readerVotes: 0 });
    });

    test('a paper keeps the first day it was featured on, unless the site itself had picked it', async () => {
      await merge({ arxivId: '2501.00009', feature: { day: '2026-01-05', by: 'site' } });
      await merge({ arxivId: '2501.00009', feature: { day: '2026-01-06', by: 'source' } });
      await merge({ arxivId: '2501.00009', feature: { day: '2026-01-07', by: 'source' } });
      expect((await paper('2501.00009')).featured?.day).toBe('2026-01-06');
    });

    test('a withdrawal shows its reason and keeps the versions', async () => {
      await merge({ arxivId: '2501.00010', version: 1, abstract: 'Fine.' });
      await merge({ arxivId: '2501.00010', version: 2, withdrawn: { reason: 'an error in lemma 2', at: 5 } });
      expect(await paper('2501.00010')).toMatchObject({
        withdrawn: { at: 5, reason: 'an error in lemma 2' },
        latestVersion: 2,
      });
    });

    test('what cannot be a paper is refused with its reason', async () => {
      const { refused } = await merge(
        { title: '  ', arxivId: '2501.00011' },
        { arxivId: 'nonsense' },
        { arxivId: undefined, authors: [] },
      );
      expect(refused.map((r) => r.reason)).toEqual([
        'it has no title',
        '"nonsense" is no arXiv identifier; expected one like 2410.06535 or math/0611800',
        'it has no identifier: an arXiv id, a DOI, an OpenReview forum, or a title with author and year',
      ]);
    });
  });
}
