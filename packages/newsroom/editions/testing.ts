import type { Database } from '@broadsheet/database';
import { storesUnderTest } from '@broadsheet/database/testing';
import { afterEach, beforeEach, describe } from 'vitest';
import { mergeRecords, type PaperRecord } from '../papers/index.ts';
import { hostOn } from '../testing/host.ts';
import { papersDay } from './calendar.ts';

/** A suite that runs on every store there is, each test on a fresh site; a store that is missing says why. */
export function onEachStore(what: string, suite: (site: () => TestSite) => void): void {
  for (const { name, open, skip } of storesUnderTest) {
    describe.skipIf(skip)(`${what} on ${name}${skip ? ` (skipped: ${skip})` : ''}`, () => {
      let site: TestSite;
      beforeEach(async () => {
        site = await openSite(open);
      });
      afterEach(() => site.dispose());
      suite(() => site);
    });
  }
}

/** Opens a site on a fresh store; there it is noon in New York of Tuesday, 30 December 2025. */
export async function openSite(
  open: () => Promise<Database & { dispose(): Promise<void> }>,
  env: Record<string, string> = {},
) {
  const database = await open();
  const host = await hostOn(database, { at: Date.parse('2025-12-30T17:00:00Z'), env });
  return Object.assign(host, {
    /** Merges papers as a source would hand them over. */
    async add(papers: Partial<PaperRecord>[]): Promise<void> {
      const records = papers.map(
        (paper, index): PaperRecord => ({ source: 'test', title: `Paper ${paper.arxivId ?? index}`, ...paper }),
      );
      const now = host.now();
      const report = await mergeRecords(database, records, { now, today: papersDay(now, host.settings.zone) });
      if (report.refused.length > 0) throw new Error(`refused: ${report.refused[0].reason}`);
      await host.contentChanged();
    },
    /** Adds a reader whose account is old enough for its votes to raise no question. */
    async addReader(name: string, { ageDays = 30, isConfirmed = true } = {}): Promise<number> {
      const created_at = host.now() - ageDays * 86_400_000;
      const made = await database.db
        .insertInto('reader')
        .values({ kind: 'account', name, role: 'reader', created_at, confirmed_at: isConfirmed ? created_at : null })
        .returning('id')
        .executeTakeFirstOrThrow();
      return made.id;
    },
    async dispose(): Promise<void> {
      await host.close();
      await database.dispose();
    },
  });
}

export type TestSite = Awaited<ReturnType<typeof openSite>>;

/** Papers 2512.00001, 2512.00002, …, featured on a day with the given votes. */
export function featuredOn(day: string, votes: number[], { first = 1 } = {}): Partial<PaperRecord>[] {
  return votes.map((count, index) => ({
    arxivId: numbered(first + index),
    listedOn: day,
    categories: ['cs.LG'],
    feature: { day, by: 'source' as const },
    counts: [{ votes: count, asOf: Date.parse(day) }],
  }));
}

export function numbered(n: number): string {
  return `2512.${String(n).padStart(5, '0')}`;
}
