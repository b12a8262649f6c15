import { temporarySqlite } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sources as registered, type Source } from '../sources/index.ts';
import { hostOn } from '../testing/host.ts';
import { dueSources, startScheduler } from './index.ts';

const HOUR = 3_600_000;
const source = (id: string, everyMs = HOUR): Source => ({ ...registered[0], id, everyMs, isDue: undefined });

describe('what is due', () => {
  const now = Date.parse('2026-01-15T12:00:00Z');
  test('sources never asked and those whose time has come, in their order', () => {
    const due = dueSources(
      [source('a'), source('b'), source('c')],
      new Map([
        ['a', now + 1],
        ['b', now],
        ['c', null],
      ]),
      now,
    );
    expect(due.map((s) => s.id)).toEqual(['b', 'c']);
  });

  test('after three days of sleep everything is due once', () => {
    const due = dueSources(
      [source('a'), source('b')],
      new Map([
        ['a', now - 72 * HOUR],
        ['b', now - 71 * HOUR],
      ]),
      now,
    );
    expect(due).toHaveLength(2);
  });

  test('a source that has nothing at week-ends is not asked then, and is due again on Monday', () => {
    const quiet = { ...source('a'), isDue: (at: number) => ![0, 6].includes(new Date(at).getUTCDay()) };
    const saturday = Date.parse('2026-01-17T12:00:00Z');
    const states = new Map([['a', saturday - HOUR]]);
    expect(dueSources([quiet], states, saturday)).toEqual([]);
    expect(dueSources([quiet], states, saturday + 48 * HOUR)).toHaveLength(1);
    // Put off on Friday until Monday: that is no clock set back.
    expect(dueSources([quiet], new Map([['a', saturday + 36 * HOUR]]), saturday - 18 * HOUR)).toEqual([]);
  });

  test('a clock that was set back does not put a source off for ever', () => {
    expect(dueSources([source('a')], new Map([['a', now + 400 * HOUR]]), now)).toHaveLength(1);
  });
});

describe('the scheduler', () => {
  let database: Awaited<ReturnType<typeof temporarySqlite>>;
  let host: Awaited<ReturnType<typeof hostOn>>;
  beforeEach(async () => {
    database = await temporarySqlite();
    host = await hostOn(database);
  });
  afterEach(() => database.dispose());

  test('one of two processes leads; when it stops, the other takes over', async () => {
    const asked: string[] = [];
    const pull = (who: string) => async (_host: unknown, s: Source) => {
      asked.push(who);
      await database.db
        .insertInto('source_state')
        .values({ source: s.id, failures_in_a_row: 0, records_read: 0, papers_new: 0, next_at: host.now() + 1 })
        .onConflict((c) => c.column('source').doUpdateSet({ next_at: host.now() + 1 }))
        .execute();
      return { source: s.id, read: 0, created: 0, updated: 0, refused: 0 };
    };
    const first = startScheduler(host, { sources: [source('huggingface')], tickMs: 20, pull: pull('first') });
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    const second = startScheduler(host, { sources: [source('huggingface')], tickMs: 20, pull: pull('second') });
    host.setNow(host.now() + 10);
    await expect.poll(() => asked.length).toBeGreaterThan(1);
    expect(asked).not.toContain('second');
    await first.stop();
    host.setNow(host.now() + 10);
    await expect.poll(() => asked).toContain('second');
    await second.stop();
  });

  test('a day that has closed while nobody looked is frozen at the next turn', async () => {
    await database.db
      .insertInto('paper')
      .values({
        short_id: 'p',
        title: 'P',
        authors_json: '[]',
        author_count: 0,
        categories_json: '[]',
        keywords_json: '[]',
        imported_votes: 3,
        reader_votes: 0,
        imported_comments: 0,
        reader_comments: 0,
        listed_on: '2026-01-12',
        first_seen_at: 1,
        changed_seq: 0,
      })
      .execute();
    await database.db
      .insertInto('feature')
      .values({ paper_id: 1, day: '2026-01-12', by: 'source', source: 'huggingface', featured_at: 1 })
      .execute();
    const scheduler = startScheduler(host, { sources: [], tickMs: 20 });
    await expect
      .poll(() => database.db.selectFrom('edition_entry').select(['day', 'votes']).execute())
      .toEqual([{ day: '2026-01-12', votes: 3 }]);
    await scheduler.stop();
  });

  test('it stops at once while a source is being read', async () => {
    const scheduler = startScheduler(host, {
      sources: [source('huggingface')],
      tickMs: 20,
      pull: (_host, s, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener(
            'abort',
            () => resolve({ source: s.id, read: 0, created: 0, updated: 0, refused: 0, error: 'stopped' }),
            { once: true },
          ),
        ),
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await scheduler.stop();
  });
});
