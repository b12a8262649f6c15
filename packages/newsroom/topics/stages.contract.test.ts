import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storesUnderTest } from '@broadsheet/database/testing';
import { createRng } from '@broadsheet/engine/stats';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { houseEncoder } from '../search/encoders/house.ts';
import { hostOn } from '../testing/index.ts';
import {
  assignWaiting,
  dueWeeks,
  findStage,
  findTopic,
  listTopics,
  mergeTopics,
  rollbackStage,
  runStage,
  splitTopic,
  topicsOfPapers,
  topicsState,
  undoTopicAction,
} from './index.ts';
import { type StageInput, textsOf, workStage } from './stage-work.ts';
import { addPaper, type Field, KNOWN, loadSmallTopics, paperOn } from './testing/small-field.ts';

/** On this thread: a thread of its own for each of some dozen small stages would take longer than they do. */
async function compute(input: StageInput) {
  const { encode } = await houseEncoder();
  const texts = textsOf(input);
  const vectors = await encode(texts);
  const of = new Map(texts.map((text, i) => [text, vectors[i]]));
  return workStage(input, (text) => of.get(text) ?? []);
}

const WEEK = { kind: 'week', fromDay: '2026-01-05', toDay: '2026-01-11' } as const;
const NEXT = { kind: 'week', fromDay: '2026-01-12', toDay: '2026-01-18' } as const;

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(
    `stages of topics on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`,
    () => {
      let database: Awaited<ReturnType<(typeof storesUnderTest)[number]['open']>>;
      let host: Awaited<ReturnType<typeof hostOn>>;
      let folder: string;
      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'topics-'));
        database = await store.open();
        host = await hostOn(database, { at: Date.parse('2026-01-20T15:00:00Z') });
        await loadSmallTopics(host, folder);
      });
      afterEach(async () => {
        await host.close();
        await database.dispose();
        rmSync(folder, { recursive: true });
      });
      const arrive = async (fields: readonly Field[], day: string, seed: string) => {
        const rng = createRng(seed);
        const ids: number[] = [];
        for (const field of fields) ids.push(await addPaper(host, { ...paperOn(field, rng), day }));
        return ids;
      };
      const quiet = (count: number) => Array.from({ length: count }, (_, i) => KNOWN[i % KNOWN.length]);
      const run = (days: { kind: 'week'; fromDay: string; toDay: string } = WEEK) => runStage(host, days, { compute });
      /** Everything that a stage writes, without times. */
      const everything = async () => {
        const { db } = database;
        const rows = {
          topics: await db.selectFrom('topic').selectAll().where('withdrawn_at', 'is', null).orderBy('id').execute(),
          names: await db.selectFrom('topic_name').selectAll().orderBy('topic_id').orderBy('version').execute(),
          counts: await db.selectFrom('topic_count').selectAll().orderBy('stage_id').orderBy('topic_id').execute(),
          assigned: await db.selectFrom('topic_assignment').selectAll().orderBy('paper_id').execute(),
          stages: await db.selectFrom('topic_stage').select('id').where('state', '=', 'done').orderBy('id').execute(),
        };
        return JSON.parse(JSON.stringify(rows), (key, value) => (key.endsWith('_at') ? undefined : value));
      };

      test('papers of known fields get their topic, the words they share with it, and a probability', async () => {
        const [splat, , robot] = await arrive(quiet(4), '2026-01-05', 'arrive');
        expect(await assignWaiting(host)).toBe(4);
        const chips = await topicsOfPapers(host, [splat, robot]);
        const chip = chips.get(splat);
        expect(chip?.topicId).not.toBe(chips.get(robot)?.topicId);
        expect(chip?.probability).toBeGreaterThan(0.5);
        expect(chip?.margin).toBeGreaterThan(0);
        expect(chip?.words.length).toBeGreaterThan(0);
        expect(await assignWaiting(host)).toBe(0);
      });

      test('a week of known fields brings nothing new, and says by how much', async () => {
        await arrive(quiet(40), '2026-01-06', 'quiet');
        expect(await run()).toEqual({ stageId: 2, verdict: 'nothing-new', born: [] });
        const stage = await findStage(host, 2);
        expect(stage).toMatchObject({ papers: 40, born: [], verdict: 'nothing-new', state: 'done' });
        expect(stage?.statistic).toBeLessThan(3);
        expect((await dueWeeks(host)).map(({ fromDay }) => fromDay)).toEqual([]);
      });

      test('weeks are due when they have been over for a day and have papers, however long the site slept', async () => {
        const weeks = async (until?: string) =>
          (await dueWeeks(host, until)).map(({ fromDay, toDay }) => [fromDay, toDay]);
        expect(await weeks()).toEqual([]);
        for (const day of ['2025-12-31', '2026-01-02', '2026-01-14', '2026-01-19']) await arrive(['law'], day, day);
        // The stage before ended on a Wednesday: the first week is what is left of it.
        const first = ['2026-01-01', '2026-01-04'];
        expect(await weeks()).toEqual([first, ['2026-01-12', '2026-01-18']]);
        expect(await weeks('2026-01-11')).toEqual([first]);
        expect(await weeks('2099-01-01')).toEqual([first, ['2026-01-12', '2026-01-18']]);
        host.setNow(Date.parse('2026-03-20T15:00:00Z'));
        expect((await weeks()).at(-1)).toEqual(['2026-01-19', '2026-01-25']);
      });

      test('a new field becomes one topic, named by its own words, with its papers and the report of its training', async () => {
        const ids = await arrive([...quiet(40), ...Array<Field>(20).fill('proteins')], '2026-01-06', 'new');
        const { born } = await run();
        expect(born).toEqual([5]);
        const chips = await topicsOfPapers(host, ids);
        expect(ids.slice(40).filter((id) => chips.get(id)?.topicId === 5).length).toBeGreaterThanOrEqual(18);
        expect(ids.slice(0, 40).filter((id) => chips.get(id)?.topicId === 5)).toEqual([]);
        const topic = await findTopic(host, 5);
        expect(topic).toMatchObject({ isNew: true, bornOn: '2026-01-05', bornFrom: { nearest: expect.anything() } });
        expect(topic && 'words' in topic && topic.words.join(' ')).toMatch(
          /protein|enzyme|peptide|ligand|residue|molecule/,
        );
        const stage = await findStage(host, 2);
        expect(stage?.statistic).toBeGreaterThan(3);
        const report = stage?.report;
        expect(report?.training?.loss.after).toBeLessThan(report?.training?.loss.before ?? 0);
        expect(report?.training?.position).toBeLessThan(0.1);
      });

      test('weeks that are empty, of one paper, of one paper many times, without abstracts or in another language have an answer', async () => {
        expect(await run()).toMatchObject({ verdict: 'empty', born: [] });
        await addPaper(host, {
          title: 'Одна статья',
          abstract: 'Белки и молекулы на другом языке.',
          day: NEXT.fromDay,
        });
        await addPaper(host, { title: '∎', abstract: null, day: NEXT.fromDay });
        const same = paperOn('weather', createRng('same'));
        for (let i = 0; i < 12; i++) await addPaper(host, { ...same, day: '2026-01-20' });
        expect(await run(NEXT)).toMatchObject({ verdict: 'nothing-new' });
        expect((await findStage(host, 3))?.papers).toBe(2);
        const days = { kind: 'week', fromDay: '2026-01-19', toDay: '2026-01-25' } as const;
        // One text twelve times is a group that comes back: a topic of twelve papers, and not twelve of one.
        expect((await run(days)).born.length).toBeLessThanOrEqual(1);
        expect(await topicsState(host)).toMatchObject({ waiting: 0 });
      });

      test('a paper that came without its abstract is looked at again when that comes', async () => {
        const id = await addPaper(host, { title: 'Untitled notes', abstract: null, day: '2026-01-06' });
        await assignWaiting(host);
        expect((await topicsOfPapers(host, [id])).size).toBe(0);
        const { abstract } = paperOn('speech', createRng('late'));
        await database.db.updateTable('paper').set({ abstract, changed_seq: 99_999 }).where('id', '=', id).execute();
        expect(await assignWaiting(host)).toBe(1);
        expect((await topicsOfPapers(host, [id])).size).toBe(1);
      });

      test('ended before or after any write, a stage leaves everything as it was; run again, it gives the same ids', async () => {
        await arrive([...quiet(40), ...Array<Field>(20).fill('proteins')], '2026-01-06', 'new');
        await assignWaiting(host);
        const before = await everything();
        const points: string[] = [];
        await runStage(host, WEEK, { compute, fault: (at) => void points.push(at) });
        const after = await everything();
        await rollbackStage(host);
        const inside = points.filter((at) => at !== 'committed');
        expect(inside.length).toBeGreaterThan(4);
        for (const point of inside) {
          const fault = (at: string) => {
            if (at === point) throw new Error(`ended at ${point}`);
          };
          await expect(runStage(host, WEEK, { compute, fault })).rejects.toThrow(`ended at ${point}`);
          expect({ point, ...(await everything()) }).toEqual({ point, ...before, names: after.names });
        }
        expect((await run()).born).toEqual([5]);
        const again = await everything();
        const renumbered = JSON.parse(
          JSON.stringify(again).replaceAll('"stage_id":3', '"stage_id":2').replaceAll('stage_id":3', 'stage_id":2'),
        );
        expect(renumbered.assigned).toEqual(after.assigned);
        expect(renumbered.topics).toEqual(after.topics);
      });

      test('a stage that is taken back leaves topics, counts and papers as they were; the almanac cannot be', async () => {
        await arrive(quiet(30), '2026-01-06', 'quiet');
        await run();
        await arrive([...quiet(40), ...Array<Field>(20).fill('weather')], '2026-01-13', 'storm');
        await assignWaiting(host);
        const before = await everything();
        const listed = await listTopics(host);
        expect((await run(NEXT)).born).toEqual([5]);
        expect(await rollbackStage(host)).toEqual({ stageId: 3, withdrawn: [5] });
        const { names: _, ...now } = await everything();
        const { names: __, ...then } = before;
        expect(now).toEqual(then);
        expect(await listTopics(host)).toEqual(listed);
        expect(await findTopic(host, 5)).toBeUndefined();
        expect((await run(NEXT)).born).toEqual([5]);
        await rollbackStage(host);
        await rollbackStage(host);
        expect(await rollbackStage(host)).toHaveProperty('refused');
      });

      test('a topic that is split in two is found whole again when that is undone', async () => {
        const reader = { kind: 'account', name: 'Ada', role: 'editor', created_at: 1 };
        const { id } = await database.db.insertInto('reader').values(reader).returning('id').executeTakeFirstOrThrow();
        await arrive([...Array<Field>(12).fill('speech'), ...Array<Field>(16).fill('law')], '2026-01-06', 'both');
        await assignWaiting(host);
        const { topics } = await listTopics(host);
        const [speech, law] = topics.filter(({ papers }) => papers > 8).toSorted((a, b) => a.papers - b.papers);
        await mergeTopics(host, { topicId: speech.id, into: law.id, readerId: id });
        const whole = (await findTopic(host, law.id)) as { papers: number };
        const split = await splitTopic(host, { topicId: law.id, readerId: id });
        expect(split).toMatchObject({ newId: 5 });
        const [rest, part] = [await findTopic(host, law.id), await findTopic(host, 5)] as {
          papers: number;
          words: string[];
        }[];
        expect(part.papers).toBeGreaterThanOrEqual(8);
        expect(rest.papers + part.papers).toBe(whole.papers);
        expect(part.words.join(' ')).toMatch(/speech|speaker|voice|phoneme|acoustic/);
        await undoTopicAction(host, { actionId: (split as { actionId: number }).actionId, readerId: id });
        expect(await findTopic(host, 5)).toEqual({ movedTo: law.id });
        expect(await findTopic(host, law.id)).toMatchObject({ papers: whole.papers });
        expect(await splitTopic(host, { topicId: 4, readerId: id })).toHaveProperty('refused');
      });

      test('a split that was undone does not stand in the way of taking its stage back, and its papers keep their topic', async () => {
        const reader = { kind: 'account', name: 'Ada', role: 'editor', created_at: 1 };
        const { id } = await database.db.insertInto('reader').values(reader).returning('id').executeTakeFirstOrThrow();
        const ids = await arrive(
          [...Array<Field>(12).fill('speech'), ...Array<Field>(16).fill('law')],
          '2025-12-30',
          'both',
        );
        await assignWaiting(host);
        await arrive(quiet(8), '2026-01-06', 'week');
        await run();
        const chips = await topicsOfPapers(host, ids);
        const [speech, law] = [ids[0], ids[20]].map((paper) => chips.get(paper)?.topicId as number);
        await mergeTopics(host, { topicId: speech, into: law, readerId: id });
        const split = (await splitTopic(host, { topicId: law, readerId: id })) as { actionId: number };
        expect(await rollbackStage(host)).toEqual({ refused: expect.stringContaining('was split off since') });
        await undoTopicAction(host, { actionId: split.actionId, readerId: id });
        expect(await rollbackStage(host)).toEqual({ stageId: 2, withdrawn: [5] });
        const after = await topicsOfPapers(host, ids);
        expect(ids.filter((paper) => after.get(paper)?.topicId === law).length).toBe(
          ids.filter((paper) => chips.has(paper)).length,
        );
      });

      test('topics that another encoder found are left alone, and the message says so', async () => {
        await arrive(['law'], '2026-01-06', 'other');
        const fixed = { encoder: 'house-other', centre: '', radius: 0.05 };
        await database.db
          .updateTable('topic_model')
          .set({ value_json: JSON.stringify(fixed) })
          .where('name', '=', 'fixed')
          .execute();
        await expect(assignWaiting(host)).rejects.toThrow(/found with the encoder house-other/);
        await expect(run()).rejects.toThrow(/found with the encoder house-other/);
        expect((await listTopics(host)).total).toBe(4);
      });

      test("an editor's merge holds for what comes later", async () => {
        const reader = { kind: 'account', name: 'Ada', role: 'editor', created_at: 1 };
        const { id } = await database.db.insertInto('reader').values(reader).returning('id').executeTakeFirstOrThrow();
        const [speech, law] = await arrive(['speech', 'law'], '2026-01-05', 'before');
        await assignWaiting(host);
        const chips = await topicsOfPapers(host, [speech, law]);
        const [from, into] = [speech, law].map((paper) => chips.get(paper)?.topicId as number);
        await mergeTopics(host, { topicId: from, into, readerId: id });
        const [later] = await arrive(['speech', ...quiet(20)], '2026-01-06', 'later');
        await run();
        expect((await topicsOfPapers(host, [speech, later])).get(later)?.topicId).toBe(into);
      });
    },
  );
}
