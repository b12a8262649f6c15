import { bumpSequence, transaction } from '@broadsheet/database';
import type { Host } from '../../host/index.ts';
import { toBase64 } from '../vectors.ts';

/** Names of the topics that tests see, each born a stage after the one before. */
const NAMES = ['Video diffusion', 'Code agents', 'Protein design', 'Speech codecs', 'Robot hands', 'Tabular learning'];
const STAGES = 4;

/**
 * Puts topics on a small store, without an encoder: four monthly stages, a topic born in each of the first, papers
 * spread over them. Papers that are there already are taken, in the order of their ids, where there are enough.
 * @returns the topics' ids and the papers of each
 */
export async function seedTopics(
  host: Host,
  { topics = 3, papersEach = 4 }: { topics?: number; papersEach?: number } = {},
): Promise<{ topicIds: number[]; paperIds: number[][] }> {
  const now = host.now();
  const paperIds = await papersFor(host, topics * papersEach);
  await transaction(host.database, async (db) => {
    for (let id = 1; id <= STAGES; id++)
      await db
        .insertInto('topic_stage')
        .values({
          ...{ id, kind: 'month', from_day: `2025-0${id}-01`, to_day: `2025-0${id}-28`, origin: 'site', state: 'done' },
          ...{
            papers: 10,
            candidates: 1,
            statistic: id / 2,
            share: 0.1,
            usual_share: 0.05,
            born: id <= topics ? 1 : 0,
          },
          ...{ verdict: id === 1 ? 'first' : id <= topics ? 'born' : 'nothing-new', report_json: null },
          ...{ input_hash: `hash ${id}`, model: 'test', started_at: now, finished_at: now },
        })
        .execute();
    for (let t = 0; t < topics; t++) {
      const [id, stage] = [t + 1, Math.min(t + 1, STAGES)];
      const name = NAMES[t % NAMES.length];
      const words = name.toLowerCase().split(' ');
      const direction = toBase64([1, t / topics, 0].map((x) => x / Math.hypot(1, t / topics)));
      await db
        .insertInto('topic')
        .values({
          ...{ id, born_stage_id: stage, last_seen_stage_id: STAGES, created_at: now, threshold: 0.2 },
          born_from_json: t === 0 ? null : JSON.stringify({ papers: 8, nearest: 1, cosine: 0.4, statistic: 4.2 }),
          ...{ prototype_b64: direction, head_b64: direction },
        })
        .execute();
      await db
        .insertInto('topic_name')
        .values({ topic_id: id, version: 1, stage_id: stage, name, words_json: JSON.stringify(words), why: 'birth' })
        .execute();
      for (let s = stage; s <= STAGES; s++)
        await db
          .insertInto('topic_count')
          .values({ topic_id: id, stage_id: s, papers: t + s, words_json: JSON.stringify(words) })
          .execute();
    }
    for (let t = 0; t < topics; t++)
      for (const [i, paper_id] of paperIds.slice(t * papersEach, (t + 1) * papersEach).entries())
        await db
          .insertInto('topic_assignment')
          .values({
            ...{ paper_id, head_id: t + 1, topic_id: t + 1, runner_up_id: topics > 1 ? ((t + 1) % topics) + 1 : null },
            ...{
              probability: 0.9 - i / 100,
              margin: 0.7,
              words_json: JSON.stringify([NAMES[t % NAMES.length].toLowerCase().split(' ')[0]]),
            },
            ...{ had_abstract: 1, stage_id: STAGES, assigned_at: now },
          })
          .execute();
    await bumpSequence(db, 'change');
  });
  await host.contentChanged();
  const each = Array.from({ length: topics }, (_, t) => paperIds.slice(t * papersEach, (t + 1) * papersEach));
  return { topicIds: each.map((_, t) => t + 1), paperIds: each };
}

async function papersFor(host: Host, count: number): Promise<number[]> {
  const { db } = host.database;
  const there = await db.selectFrom('paper').select('id').orderBy('id').limit(count).execute();
  const ids = there.map(({ id }) => id);
  for (let i = ids.length; i < count; i++) {
    const { id } = await db
      .insertInto('paper')
      .values({
        ...{ short_id: `topicp${i}`, title: `Paper ${i} of a topic`, abstract: 'Said in a few words.' },
        ...{ authors_json: '[]', author_count: 0, categories_json: '[]', keywords_json: '[]' },
        ...{ imported_votes: 0, reader_votes: 0, imported_comments: 0, reader_comments: 0 },
        ...{ listed_on: '2025-04-10', first_seen_at: 1, changed_seq: i },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  return ids;
}
