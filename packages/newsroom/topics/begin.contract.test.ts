import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { houseEncoder } from '../search/encoders/house.ts';
import { hostOn } from '../testing/index.ts';
import { LEAST_PAPERS } from './begin.ts';
import { type DatedPaper, type FirstTopics, firstTopics } from './first-topics.ts';
import {
  assignWaiting,
  beginTopics,
  beginWhenReady,
  dueWeeks,
  findTopic,
  listTopics,
  otherEncoder,
  rollbackStage,
  runStage,
  topicStages,
  topicsOfPapers,
  topicsState,
} from './index.ts';
import { type StageInput, textsOf, workStage } from './stage-work.ts';
import { addPapers, KNOWN } from './testing/small-field.ts';

async function encodedBy(texts: string[]) {
  const { encode } = await houseEncoder();
  const vectors = await encode(texts);
  const of = new Map(texts.map((text, i) => [text, vectors[i]]));
  return (text: string) => of.get(text) ?? [];
}
/** The same papers in every store are sorted once. */
const sorted = new Map<string, Promise<FirstTopics>>();
function compute(papers: DatedPaper[]): Promise<FirstTopics> {
  const key = JSON.stringify(papers.map(({ id, day }) => [id, day]));
  const made =
    sorted.get(key) ?? encodedBy(papers.map(({ text }) => text)).then((encode) => firstTopics(papers, encode));
  sorted.set(key, made);
  return made;
}
const computeStage = async (input: StageInput) => workStage(input, await encodedBy(textsOf(input)));
const DAYS = ['2025-11-03', '2025-12-10', '2026-01-08'];

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `a site's own topics on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
    () => {
      let database: Awaited<ReturnType<(typeof storesUnderTest)[number]['open']>>;
      let host: Awaited<ReturnType<typeof hostOn>>;
      beforeEach(async () => {
        database = await store.open();
        host = await hostOn(database, { at: Date.parse('2026-01-20T15:00:00Z') });
      });
      afterEach(async () => {
        await host.close();
        await database.dispose();
      });
      const fill = (count: number, seed = 'own') => addPapers(host, { fields: KNOWN, count, days: DAYS, seed });
      const everything = async () => ({
        topics: await database.db.selectFrom('topic').select(['id', 'prototype_b64']).orderBy('id').execute(),
        stages: await database.db.selectFrom('topic_stage').select(['id', 'papers', 'born']).orderBy('id').execute(),
        placed: await database.db
          .selectFrom('topic_assignment')
          .select(['paper_id', 'topic_id'])
          .orderBy('paper_id')
          .execute(),
        parts: await database.db.selectFrom('topic_model').select('name').orderBy('name').execute(),
      });

      test('wait for papers enough, and say how many there are', async () => {
        await fill(40);
        expect(await beginWhenReady(host, { compute })).toBeUndefined();
        expect(await beginTopics(host, { compute })).toEqual({
          refused: expect.stringMatching(/1,000 papers .* there are 40/),
        });
        expect((await topicsState(host)).start).toEqual({ papers: 40, needed: LEAST_PAPERS });
      });

      test('begin with names, a history by months, and a place for each paper; weeks go on from there', async () => {
        await fill(LEAST_PAPERS);
        const begun = await beginWhenReady(host, { compute });
        expect(begun).toMatchObject({ papers: LEAST_PAPERS, stages: 3 });
        const { topics, total } = await listTopics(host);
        expect(total).toBe(begun?.topics);
        expect(new Set(topics.map(({ name }) => name)).size).toBeGreaterThan(KNOWN.length / 2);
        expect((await topicStages(host)).map(({ fromDay, toDay, verdict }) => [fromDay, toDay, verdict])).toEqual([
          ['2026-01-01', '2026-01-08', 'first'],
          ['2025-12-01', '2025-12-10', 'first'],
          ['2025-11-01', '2025-11-03', 'first'],
        ]);
        expect(await findTopic(host, topics[0].id)).toMatchObject({ history: { length: 3 }, bornOn: '2025-11-01' });
        const state = await topicsState(host);
        expect(state).toMatchObject({ waiting: 0 });
        expect(state).not.toHaveProperty('start');
        const ids = (await database.db.selectFrom('paper').select('id').execute()).map(({ id }) => id);
        expect((await topicsOfPapers(host, ids)).size).toBeGreaterThan(0.8 * ids.length);
        expect(await beginWhenReady(host, { compute })).toBeUndefined();
        expect(await beginTopics(host, { compute })).toHaveProperty('refused');
        expect(await rollbackStage(host)).toEqual({ refused: expect.stringContaining('that the topics began with') });
        await addPapers(host, { fields: [...KNOWN, 'proteins'], count: 100, days: ['2026-01-13'], seed: 'week' });
        const [week] = (await dueWeeks(host)).slice(-1);
        const run = await runStage(host, week, { compute: computeStage });
        expect(run).toMatchObject({ verdict: 'born', born: [total + 1] });
        expect(await rollbackStage(host)).toEqual({ stageId: 4, withdrawn: [total + 1] });
      });

      test('ended before or after any write, nothing is there; begun again, it comes out the same', async () => {
        await fill(LEAST_PAPERS);
        const nothing = await everything();
        const inside = ['computed', 'given up', 'stages', 'topics', 'assignments', 'handed on'];
        for (const point of inside) {
          const fault = (at: string) => {
            if (at === point) throw new Error(`ended at ${point}`);
          };
          await expect(beginTopics(host, { compute, fault })).rejects.toThrow(`ended at ${point}`);
          expect({ point, ...(await everything()) }).toEqual({ point, ...nothing });
        }
        const points: string[] = [];
        await beginTopics(host, { compute, fault: (at) => void points.push(at) });
        expect(points).toEqual(inside);
        const { topics, placed } = await everything();
        expect(topics.map(({ id }) => id)).toEqual(topics.map((_, i) => i + 1));
        expect(placed).toHaveLength(LEAST_PAPERS);
      });

      test('give up those of another encoder when that is asked for, and never give an id twice', async () => {
        await fill(LEAST_PAPERS);
        await beginTopics(host, { compute });
        const { total } = await listTopics(host);
        await database.db
          .updateTable('topic_model')
          .set({ value_json: JSON.stringify({ encoder: 'house-other', centre: '', radius: 0.05 }) })
          .where('name', '=', 'fixed')
          .execute();
        expect(await otherEncoder(database.db)).toBe('house-other');
        expect(await beginTopics(host, { compute, anew: true })).toMatchObject({ topics: total });
        expect(await otherEncoder(database.db)).toBeUndefined();
        expect(await topicsState(host)).toMatchObject({ topics: total });
        const ids = (await listTopics(host)).topics.map(({ id }) => id);
        expect(Math.min(...ids)).toBe(total + 1);
        expect(await findTopic(host, 1)).toBeUndefined();
        await addPapers(host, { fields: KNOWN, count: 20, days: ['2026-01-13'], seed: 'later' });
        expect(await assignWaiting(host)).toBe(20);
      });
    },
  );
}
