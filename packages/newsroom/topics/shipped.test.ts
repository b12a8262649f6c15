import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { temporarySqlite } from '@broadsheet/database/testing';
import { describe, expect, test } from 'vitest';
import { houseEncoder } from '../search/encoders/house.ts';
import { hostOn } from '../testing/index.ts';
import { fromDirection, readComputed, toDirection, writeComputed } from './computed-file.ts';
import { findTopic, listTopics, loadComputedTopics, topicStages } from './index.ts';

const DATA = new URL('../../../data/', import.meta.url);
const bytes = readFileSync(new URL('topics.json.gz', DATA));
const computed = readComputed(bytes);

describe('the topics that come with the program', () => {
  test('are small, hold no sentence of anybody, and were made with the encoder that comes with them', async () => {
    expect(bytes.length).toBeLessThan(300_000);
    const longest = Math.max(...computed.background.terms.split('\n').map((term) => term.split(' ').length));
    expect(longest).toBeLessThanOrEqual(6);
    for (const { words } of computed.names) expect(words.length).toBeLessThanOrEqual(10);
    expect(computed.encoder).toBe((await houseEncoder()).id);
  });

  test('all have a name of their own, a stage, and papers; stages count no more than they read', () => {
    expect(computed.topics.length).toBeGreaterThan(80);
    expect(computed.topics.map(({ id }) => id)).toEqual(computed.topics.map((_, i) => i + 1));
    const names = computed.names.filter(({ version }) => version === 1).map(({ name }) => name);
    expect(new Set(names).size).toBe(computed.topics.length);
    for (const stage of computed.stages) {
      const counted = computed.counts
        .filter(([, id]) => id === stage.id)
        .reduce((sum, [, , papers]) => sum + papers, 0);
      expect(counted).toBeLessThanOrEqual(stage.papers);
    }
    for (const { id } of computed.topics) expect(computed.counts.some(([topic]) => topic === id)).toBe(true);
  });

  test('that were born later say when, in which stage and from what, and none is another again', () => {
    const later = computed.topics.filter(({ stage }) => computed.stages[stage - 1].verdict === 'born');
    expect(later.length).toBeGreaterThanOrEqual(10);
    expect(later.some(({ bornFrom }) => bornFrom.isWithin)).toBe(true);
    for (const { id, stage, bornFrom } of later) {
      expect(computed.stages[stage - 1].report).not.toBeNull();
      expect(bornFrom.papers).toBeGreaterThanOrEqual(8);
      expect(bornFrom.nearest).toBeLessThan(id);
      expect(bornFrom.statistic).toBeGreaterThan(3);
    }
    const directions = computed.topics.map(({ prototype }) => fromDirection(prototype));
    for (const [a, own] of directions.entries())
      for (const other of directions.slice(0, a))
        expect(own.reduce((sum, value, d) => sum + value * other[d], 0)).toBeLessThan(0.8);
  });

  test('assign only papers of the almanac', () => {
    const almanac = gunzipSync(readFileSync(new URL('almanac.ndjson.gz', DATA)))
      .toString('utf8')
      .trim()
      .split('\n');
    const ids = new Set(almanac.map((line) => (JSON.parse(line) as { id: string }).id));
    const papers = computed.assignments.papers.split(' ');
    expect(papers.filter((id) => !ids.has(id))).toEqual([]);
    const columns = [computed.assignments.topics, computed.assignments.probabilities, computed.assignments.words];
    for (const column of columns) expect(column).toHaveLength(papers.length);
  });

  test('are loaded into a site once, with their history', async () => {
    const database = await temporarySqlite();
    const host = await hostOn(database);
    const file = new URL('topics.json.gz', DATA).pathname;
    expect(await loadComputedTopics(host, file)).toBe(true);
    expect(await loadComputedTopics(host, file)).toBe(false);
    expect((await topicStages(host)).length).toBe(computed.stages.length);
    const { topics, total } = await listTopics(host, { includeDormant: true });
    expect(total).toBe(computed.topics.length);
    const topic = await findTopic(host, topics[0].id);
    expect(topic).toMatchObject({ history: expect.any(Array), neighbours: { length: 8 } });
    await host.close();
    await database.dispose();
  });

  test('directions keep their angle, and a file of another form is refused', () => {
    const vector = [0.5, -0.25, 0.8, 0.1];
    const again = fromDirection(toDirection(vector));
    const cosine = again.reduce((sum, value, d) => sum + value * vector[d], 0) / Math.hypot(...vector);
    expect(cosine).toBeGreaterThan(0.9999);
    const other = writeComputed({ ...computed, format: 'other' as 'broadsheet-topics-1' });
    expect(() => readComputed(other)).toThrow(/of the form "other"/);
  });
});
