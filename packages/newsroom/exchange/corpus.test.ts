import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { temporarySqlite } from '@broadsheet/database/testing';
import { describe, expect, test } from 'vitest';
import { closeDueEditions, loadFeed } from '../editions/index.ts';
import { hostOn } from '../testing/host.ts';
import { importFiles } from './index.ts';

const corpus = process.env.BROADSHEET_CORPUS;

describe.skipIf(!corpus)(`the corpus of real papers${corpus ? '' : ' (skipped: BROADSHEET_CORPUS is not set)'}`, () => {
  test('every dated page has the papers, the order and the counts of the file', async () => {
    const path = join(corpus as string, 'featured.ndjson.gz');
    const days = new Map<string, { id: string; upvotes: number; comments: number }[]>();
    for await (const text of createInterface({ input: createReadStream(path).pipe(createGunzip()) })) {
      const paper = JSON.parse(text);
      days.set(paper.day, [...(days.get(paper.day) ?? []), paper]);
    }
    const database = await temporarySqlite();
    const host = await hostOn(database, { at: Date.parse('2026-11-24T12:00:00Z') });
    const report = await importFiles(host, [path]);
    expect(report.faults).toEqual([]);
    await closeDueEditions(host);
    for (const [day, papers] of days) {
      const feed = await loadFeed(host, { window: { kind: 'day', day }, order: 'top', filters: {} }, { limit: 100 });
      const shown = feed.entries.map((e) => ({ id: e.key, upvotes: e.votes, comments: e.comments }));
      const expected = papers
        .map(({ id, upvotes, comments }) => ({ id, upvotes, comments }))
        .sort((a, b) => b.upvotes - a.upvotes);
      expect(shown, day).toEqual(expected);
    }
    await database.dispose();
  }, 120_000);
});
