import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporarySqlite } from '@broadsheet/database/testing';
import { createRng } from '@broadsheet/engine/stats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { houseEncoder } from '../search/encoders/house.ts';
import { hostOn } from '../testing/index.ts';
import { firstTopics } from './first-topics.ts';
import { loadModel } from './model-store.ts';
import { computeFirst, computeStage } from './stage-here.ts';
import { type StageInput, workStage } from './stage-work.ts';
import { type Field, KNOWN, loadSmallTopics, paperOn } from './testing/small-field.ts';

const folder = mkdtempSync(join(tmpdir(), 'topics-'));
let input: StageInput;
beforeAll(async () => {
  const database = await temporarySqlite();
  const host = await hostOn(database);
  await loadSmallTopics(host, folder);
  const kept = await loadModel(database.db);
  if (!kept) throw new Error('the small topics were not loaded');
  const rng = createRng('papers');
  const fields = [...Array.from({ length: 40 }, (_, i) => KNOWN[i % 4]), ...Array<Field>(20).fill('proteins')];
  const papers = fields.map((field, id) => {
    const { title, abstract } = paperOn(field, rng);
    return { id, text: `${title}. ${abstract}`, hasAbstract: true };
  });
  input = { ...kept, seed: 'stage', papers, waiting: [], waitingOutOf: 0, earlier: [], young: [] };
  await host.close();
  await database.dispose();
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a stage on a thread of its own comes out as it does here', async () => {
  const { encode } = await houseEncoder();
  const vectors = await encode(input.papers.map(({ text }) => text));
  const of = new Map(input.papers.map(({ text }, i) => [text, vectors[i]]));
  const here = workStage(input, (text) => of.get(text) ?? []);
  const there = await computeStage(input);
  expect(there.outcome.births).toHaveLength(1);
  expect(there).toEqual(here);
});

test('first topics on a thread of their own come out as they do here, and say how far they are', async () => {
  const papers = input.papers.map((paper) => ({ ...paper, day: '2026-01-05' }));
  const { encode } = await houseEncoder();
  const vectors = await encode(papers.map(({ text }) => text));
  const of = new Map(papers.map(({ text }, i) => [text, vectors[i]]));
  const said: number[][] = [];
  const there = await computeFirst(papers, { onProgress: (read, all) => void said.push([read, all]) });
  expect(there).toEqual(firstTopics(papers, (text) => of.get(text) ?? []));
  expect(said).toEqual([[of.size, of.size]]);
});

test('a stage that is stopped ends its thread and says so', async () => {
  const stopping = new AbortController();
  const stage = computeStage(input, stopping.signal);
  stopping.abort(new Error('the site stops'));
  await expect(stage).rejects.toThrow('the site stops');
});
