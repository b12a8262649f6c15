import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporarySqlite } from '@broadsheet/database/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../exchange/index.ts';
import { closeDueEditions } from './close.ts';
import { loadFeed } from './load.ts';
import { openSite, type TestSite } from './testing.ts';
import type { FeedEntry, FeedQuery } from './types.ts';

const corpus = process.env.BROADSHEET_CORPUS;

interface Featured {
  id: string;
  day: string;
  upvotes: number;
  comments: number;
}

describe.skipIf(!corpus)(`real editions${corpus ? '' : ' (skipped: BROADSHEET_CORPUS is not set)'}`, () => {
  let site: TestSite;
  let days: Map<string, Featured[]>;
  const file = (name: string) => join(corpus as string, name);

  beforeAll(async () => {
    site = await openSite(temporarySqlite);
    site.setNow(Date.parse('2026-06-01T12:00:00Z'));
    // The firehose names another day for many of the featured papers; the edition's stays.
    await importFiles(site, [file('featured.ndjson.gz'), file('firehose.ndjson.gz')]);
    const lines = gunzipSync(readFileSync(file('featured.ndjson.gz')))
      .toString('utf8')
      .trim()
      .split('\n');
    days = Map.groupBy(
      lines.map((line) => JSON.parse(line) as Featured),
      (paper) => paper.day,
    );
  }, 300_000);
  afterAll(() => site.dispose());

  const shown = (entries: FeedEntry[]) => entries.map((e) => [e.key, e.votes, e.comments]);
  const dated = (day: string): FeedQuery => ({ window: { kind: 'day', day }, order: 'top', filters: {} });

  test('every day, open and then closed, has the papers, the counts and the order of the file', async () => {
    expect(days.size).toBeGreaterThan(400);
    for (const state of ['open', 'frozen']) {
      for (const [index, [day, papers]] of [...days].sort(([a], [b]) => a.localeCompare(b)).entries()) {
        const feed = await loadFeed(site, dated(day), { limit: 100 });
        expect(feed.edition).toMatchObject({ day, state, number: index + 1 });
        expect(shown(feed.entries)).toEqual(papers.map((p) => [p.id, p.upvotes, p.comments]));
      }
      await closeDueEditions(site);
    }
  }, 120_000);

  test('a month holds the papers of its days, by votes', async () => {
    const papers = [...days].filter(([day]) => day.startsWith('2025-12')).flatMap(([, list]) => list);
    const entries: FeedEntry[] = [];
    let cursor: string | undefined;
    do {
      const page = await loadFeed(
        site,
        { window: { kind: 'month', month: '2025-12' }, order: 'top', filters: {} },
        { cursor },
      );
      entries.push(...page.entries);
      cursor = page.nextCursor;
    } while (cursor);
    expect(entries.map((e) => e.key).sort()).toEqual(papers.map((p) => p.id).sort());
    expect(entries.map((e) => e.votes)).toEqual(papers.map((p) => p.upvotes).sort((a, b) => b - a));
  });
});
