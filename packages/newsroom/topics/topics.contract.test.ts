import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAudit } from '../audit/index.ts';
import { hostOn } from '../testing/index.ts';
import {
  currentTopicId,
  findStage,
  findTopic,
  hideTopic,
  listTopics,
  mergeTopics,
  renameTopic,
  topicActions,
  topicMap,
  topicNames,
  topicSeries,
  topicStages,
  topicsOfPapers,
  topicsState,
  undoTopicAction,
} from './index.ts';
import { seedTopics } from './testing/seed-topics.ts';

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`topics on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Awaited<ReturnType<(typeof storesUnderTest)[number]['open']>>;
    let host: Awaited<ReturnType<typeof hostOn>>;
    let readerId: number;
    let seeded: Awaited<ReturnType<typeof seedTopics>>;
    beforeEach(async () => {
      database = await store.open();
      host = await hostOn(database);
      seeded = await seedTopics(host);
      const reader = { kind: 'account', name: 'Ada', role: 'editor', created_at: 1 };
      readerId = (await database.db.insertInto('reader').values(reader).returning('id').executeTakeFirstOrThrow()).id;
    });
    afterEach(async () => {
      await host.close();
      await database.dispose();
    });
    const listed = async (options = {}) => (await listTopics(host, options)).topics.map(({ id }) => id);

    test('a site without topics has empty answers', async () => {
      const other = await store.open();
      const bare = await hostOn(other);
      expect(await listTopics(bare)).toEqual({ topics: [], next: undefined, total: 0 });
      expect(await findTopic(bare, 1)).toBeUndefined();
      expect(await topicsOfPapers(bare, [1])).toEqual(new Map());
      expect(await topicSeries(bare)).toEqual({ stages: [], series: [], rest: [] });
      expect(await topicMap(bare)).toEqual([]);
      expect(await topicStages(bare)).toEqual([]);
      expect(await topicsState(bare)).toMatchObject({ topics: 0, assigned: 0, waiting: 0, newest: undefined });
      await bare.close();
      await other.dispose();
    });

    test('lists are in the order asked for, a page at a time, and say what each topic is', async () => {
      // Counts: topic 1 has 1+2+3+4, topic 2 has 3+4+5, topic 3 has 5+6.
      expect(await listed()).toEqual([2, 3, 1]);
      expect(await listed({ sort: 'name' })).toEqual([2, 3, 1]);
      expect(await listed({ sort: 'new' })).toEqual([3, 2]);
      expect((await listed({ sort: 'growing' }))[0]).not.toBe((await listed({ sort: 'fading' }))[0]);
      const first = await listTopics(host, { limit: 2 });
      expect(first).toMatchObject({ next: 3, total: 3 });
      expect(await listed({ limit: 2, after: first.next })).toEqual([1]);
      expect(await listed({ text: 'PROTEIN' })).toEqual([3]);
      expect(first.topics[0]).toMatchObject({
        ...{ name: 'Code agents', words: ['code', 'agents'], papers: 4, counted: 12, share: 0.5, state: 'active' },
        ...{ bornOn: '2025-02-01', isNew: true, counts: [0, 3, 4, 5].map((papers, i) => ({ stageId: i + 1, papers })) },
      });
    });

    test('a topic tells its names, its neighbours, its history and what it was born from', async () => {
      expect(await findTopic(host, 2)).toMatchObject({
        names: [{ version: 1, name: 'Code agents', fromDay: '2025-02-01', why: 'birth' }],
        bornFrom: { papers: 8, nearest: { id: 1, name: 'Video diffusion' }, cosine: 0.4, statistic: 4.2 },
        neighbours: [{ id: 3 }, { id: 1 }],
        history: [{ stageId: 2, papers: 3, share: 0.3 }, { stageId: 3 }, { stageId: 4, papers: 5 }],
      });
      expect(await findTopic(host, 99)).toBeUndefined();
    });

    test('papers have chips with the probability, the margin, the words in common and the runner-up', async () => {
      const [[paper]] = seeded.paperIds;
      const chips = await topicsOfPapers(host, [paper, 999_999]);
      expect([...chips]).toEqual([
        [
          paper,
          {
            ...{ topicId: 1, name: 'Video diffusion', probability: 0.9, margin: 0.7, words: ['video'] },
            runnerUp: { id: 2, name: 'Code agents', probability: expect.closeTo(0.2, 10) },
          },
        ],
      ]);
    });

    test('stages, series and map say what came when, and where topics lie', async () => {
      const stages = await topicStages(host, { limit: 2 });
      expect(stages.map(({ id, verdict, born }) => [id, verdict, born.map(({ name }) => name)])).toEqual([
        [4, 'nothing-new', []],
        [3, 'born', ['Protein design']],
      ]);
      expect((await topicStages(host, { before: 3 })).map(({ id }) => id)).toEqual([2, 1]);
      expect(await findStage(host, 1)).toMatchObject({ verdict: 'first', usualShare: 0.05, state: 'done' });
      const { series, rest } = await topicSeries(host, { topics: [2, 1], last: 2 });
      expect(series.map(({ topicId, counts }) => [topicId, counts])).toEqual([
        [2, [4, 5]],
        [1, [3, 4]],
      ]);
      expect(rest).toEqual([3, 1]);
      const points = await topicMap(host);
      expect(points.map(({ id }) => id)).toEqual([1, 2, 3]);
      for (const { x, y } of points) for (const at of [x, y]) expect(at >= 0 && at <= 1).toBe(true);
      expect(await topicMap(host)).toEqual(points);
      expect(await topicsState(host)).toMatchObject({ topics: 3, active: 3, assigned: 12, apart: 0, waiting: 0 });
    });

    test('a merged topic leads to the other, which has its papers and counts; undone, all is as it was', async () => {
      const before = [await findTopic(host, 1), await findTopic(host, 2)];
      const done = await mergeTopics(host, { topicId: 1, into: 2, readerId });
      expect(done).toEqual({ actionId: expect.any(Number) });
      expect(await findTopic(host, 1)).toEqual({ movedTo: 2 });
      expect(await currentTopicId(host, 1)).toBe(2);
      expect(await findTopic(host, 2)).toMatchObject({ papers: 8, counted: 22, mergedHere: [{ id: 1 }] });
      expect((await topicNames(host)).get(1)).toBe('Code agents');
      const [[paper]] = seeded.paperIds;
      const chip = (await topicsOfPapers(host, [paper])).get(paper);
      expect(chip).toMatchObject({ topicId: 2 });
      expect(chip).not.toHaveProperty('runnerUp');
      expect(await mergeTopics(host, { topicId: 2, into: 1, readerId })).toEqual({
        refused: 'Topic 1 is filed under 2; take that one.',
      });
      await mergeTopics(host, { topicId: 2, into: 3, readerId });
      expect(await findTopic(host, 1)).toEqual({ movedTo: 3 });
      expect(await findTopic(host, 3)).toMatchObject({ papers: 12 });
      const [last, first] = await topicActions(host);
      for (const { id } of [last, first]) await undoTopicAction(host, { actionId: id, readerId });
      const actions = expect.any(Array);
      expect(await findTopic(host, 1)).toEqual({ ...before[0], actions });
      expect(await findTopic(host, 2)).toEqual({ ...before[1], actions });
      expect(await undoTopicAction(host, { actionId: first.id, readerId })).toEqual({
        refused: `Action ${first.id} was undone before.`,
      });
    });

    test("an editor's name stands over the machine's until it is taken back", async () => {
      const { actionId } = (await renameTopic(host, { topicId: 1, name: '  Films\n', readerId })) as {
        actionId: number;
      };
      expect(await findTopic(host, 1)).toMatchObject({ name: 'Films', nameByEditor: 'Films' });
      expect(await renameTopic(host, { topicId: 1, name: ' ', readerId })).toHaveProperty('refused');
      expect(await renameTopic(host, { topicId: 77, name: 'x', readerId })).toHaveProperty('refused');
      await renameTopic(host, { topicId: 1, name: 'Movies', readerId });
      expect(await undoTopicAction(host, { actionId, readerId })).toHaveProperty('refused');
      const [newest] = await topicActions(host, { topicId: 1 });
      await undoTopicAction(host, { actionId: newest.id, readerId });
      expect(await findTopic(host, 1)).toMatchObject({ name: 'Films' });
      await undoTopicAction(host, { actionId, readerId });
      expect(await findTopic(host, 1)).toMatchObject({ name: 'Video diffusion', nameByEditor: undefined });
      const log = await readAudit(database.db);
      expect(log.map(({ action }) => action)).toEqual([
        'topic.undo-rename',
        'topic.undo-rename',
        'topic.rename',
        'topic.rename',
      ]);
    });

    test('a hidden topic is off lists and papers, and can be shown again', async () => {
      const { actionId } = (await hideTopic(host, { topicId: 2, readerId })) as { actionId: number };
      expect(await listed()).toEqual([3, 1]);
      expect(await listed({ includeHidden: true })).toEqual([2, 3, 1]);
      const [paper] = seeded.paperIds[1];
      expect(await topicsOfPapers(host, [paper])).toEqual(new Map());
      expect(await findTopic(host, 2)).toMatchObject({ state: 'hidden' });
      await undoTopicAction(host, { actionId, readerId });
      expect(await listed()).toEqual([2, 3, 1]);
    });
  });
}
