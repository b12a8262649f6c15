import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transaction } from '@broadsheet/database';
import { listExperiments } from '@broadsheet/experiments';
import { z } from 'zod';
import { papersDay } from '../editions/calendar.ts';
import { closeDueEditions } from '../editions/index.ts';
import type { Host } from '../host/index.ts';
import { mergeRecords } from '../papers/index.ts';
import { loadComputedTopics } from '../topics/index.ts';
import { importFiles } from './import.ts';

/** The almanac and edition zero, as they come with the program. */
const DATA = fileURLToPath(new URL('../../../data/', import.meta.url));

const editionZero = z.object({
  papers: z.array(
    z.object({
      arxivId: z.string(),
      title: z.string(),
      authors: z.array(z.string()),
      published: z.string(),
      updated: z.string().optional(),
      versions: z.number().int().optional(),
      categories: z.array(z.string()).optional(),
      venue: z.string().optional(),
      github: z.string().optional(),
      openreview: z.string().optional(),
      method: z.string(),
      summary: z.string(),
    }),
  ),
});

/**
 * Fills an empty site with two years of editions (bibliographic facts only) and edition zero, so that a fresh machine
 * without a network has something to read. Does nothing on a site that has been filled by this version's files.
 */
export async function seedSite(
  host: Host,
  { dataFolder = DATA }: { dataFolder?: string } = {},
): Promise<{ seeded: boolean }> {
  const almanac = join(dataFolder, 'almanac.ndjson.gz');
  const zero = editionZero.parse(JSON.parse(readFileSync(join(dataFolder, 'edition-zero.json'), 'utf8')));
  const mark = 'seed-1';
  const { db } = host.database;
  const done = await db.selectFrom('setting').select('key').where('key', '=', mark).executeTakeFirst();
  const topics = join(dataFolder, 'topics.json.gz');
  if (done) {
    // A site that was filled before topics came with the program.
    await loadComputedTopics(host, topics);
    return { seeded: false };
  }
  const now = host.now();
  const runnable = new Set(listExperiments().map((experiment) => experiment.id));
  await mergeRecords(
    host.database,
    zero.papers.map((p) => ({
      source: 'arxiv-edition-zero',
      arxivId: p.arxivId,
      title: p.title,
      authors: p.authors,
      publishedAt: Date.parse(p.published),
      updatedAt: p.updated ? Date.parse(p.updated) : undefined,
      version: p.versions,
      categories: p.categories,
      venue: p.venue,
      repository: p.github,
      openreviewId: p.openreview,
      experiment: runnable.has(p.method) ? p.method : undefined,
      summary: { text: p.summary, by: 'Broadsheet' },
      listedOn: p.published,
    })),
    { now, today: papersDay(now, host.settings.zone) },
  );
  if (existsSync(almanac)) await importFiles(host, [almanac]);
  await loadComputedTopics(host, topics);
  await closeDueEditions(host);
  await transaction(host.database, async (tx) => {
    await tx
      .insertInto('setting')
      .values([
        { key: 'edition-zero', value_json: JSON.stringify(zero.papers.map((p) => p.arxivId)) },
        { key: mark, value_json: 'true' },
      ])
      .onConflict((c) => c.column('key').doUpdateSet((e) => ({ value_json: e.ref('excluded.value_json') })))
      .execute();
  });
  return { seeded: true };
}
