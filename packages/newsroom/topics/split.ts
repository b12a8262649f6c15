import type { Schema } from '@broadsheet/database';
import { createRng } from '@broadsheet/engine/stats';
import { sphericalKMeans } from '@broadsheet/methods/new-classes';
import { type Birth, centred, countTerms, describe, mostLike, nameTopic, withTopics } from '@broadsheet/methods/topics';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { houseEncoder } from '../search/encoders/house.ts';
import { paperOf, writeAssignments } from './assign.ts';
import { act, currentTopic } from './edit.ts';
import { afterStage, type HandedOn, type KeptModel, keepPart, loadModel, newestStage, part } from './model-store.ts';
import { type Assigned, assignPapers, type StagePaper } from './stage-work.ts';
import type { ActionOutcome } from './types.ts';
import { toBase64 } from './vectors.ts';

/** Papers that a split looks at, the newest first; a second or two of work. */
const MOST_PAPERS = 5_000;
const LEAST_HALF = 8;
/** Texts encoded before pages are served again. */
const AT_ONCE = 100;

/** Splits a topic in two: the larger part keeps id and name, the other becomes a topic of its own with a head of its own. */
export async function splitTopic(
  host: Host,
  { topicId, readerId }: { topicId: number; readerId: number },
): Promise<ActionOutcome> {
  const kept = await loadModel(host.database.db);
  if (!kept) return { refused: `There is no topic ${topicId}.` };
  const papers = await papersOfTopic(host.database.db, topicId);
  if (papers.length < 2 * LEAST_HALF)
    return { refused: `Topic ${topicId} has ${papers.length} papers here; a split needs ${2 * LEAST_HALF}.` };
  const half = await smallerHalf(kept, papers, topicId);
  if (!half) return { refused: `The papers of topic ${topicId} do not fall into two parts of at least ${LEAST_HALF}.` };
  let newId: number | undefined;
  const outcome = await act(host, readerId, async (db) => {
    const topic = await currentTopic(db, topicId);
    if ('refused' in topic) return topic;
    if ((await newestStage(db))?.id !== kept.stageId) return { refused: 'A stage was run meanwhile; try again.' };
    newId = await storeHalf(db, { host, kept, topicId, ...half });
    return { topicId, kind: 'split', detail: { newId } };
  });
  return 'refused' in outcome ? outcome : { ...outcome, newId };
}

interface Half {
  birth: Birth;
  moved: Assigned[];
  name: { name: string; words: readonly string[] };
}

async function smallerHalf(kept: KeptModel, papers: StagePaper[], topicId: number): Promise<Half | undefined> {
  const { encode } = await houseEncoder();
  const vectors = new Map<string, Float32Array>();
  for (let from = 0; from < papers.length; from += AT_ONCE) {
    const texts = papers.slice(from, from + AT_ONCE).map(({ text }) => text);
    for (const [i, vector] of (await encode(texts)).entries()) vectors.set(texts[i], vector);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const encoded = (text: string) => vectors.get(text) ?? [];
  const features = centred(
    papers.map(({ text }) => encoded(text)),
    kept.model.centre,
  );
  const { labels } = sphericalKMeans(features, 2, createRng(`split ${topicId}`));
  const halves = [0, 1].map((half) => papers.filter((_, i) => labels[i] === half));
  const smaller = halves[0].length < halves[1].length ? 0 : 1;
  if (halves[smaller].length < LEAST_HALF) return undefined;
  const own = describe(
    centred(
      halves[smaller].map(({ text }) => encoded(text)),
      kept.model.centre,
    ),
  );
  const near = mostLike(own.prototype, kept.model.prototypes);
  const birth: Birth = {
    ...{ head: own.prototype, prototype: own.prototype, threshold: own.threshold, cohesion: own.cohesion },
    ...{ papers: halves[smaller].length, nearest: near.index, cosine: near.cosine },
    ...{ isWithin: true, statistic: 0 },
  };
  const name = nameTopic(countTerms(halves[smaller].map(({ text }) => text)), kept.background);
  const place = kept.ids.length;
  const extended = {
    model: withTopics(kept.model, [birth]),
    topicOf: [...kept.topicOf, place],
    words: [...kept.words, [...name.words]],
  };
  const moved = assignPapers(extended, papers, encoded).filter(({ head }) => head === place);
  return moved.length > 0 ? { birth, moved, name } : undefined;
}

async function storeHalf(
  db: Kysely<Schema>,
  { host, kept, topicId, birth, moved, name }: Half & { host: Host; kept: KeptModel; topicId: number },
): Promise<number> {
  const now = host.now();
  const { most } = await db
    .selectFrom('topic')
    .select((s) => s.fn.max<number>('id').as('most'))
    .executeTakeFirstOrThrow();
  const id = Number(most) + 1;
  await db
    .insertInto('topic')
    .values({
      ...{ id, born_stage_id: kept.stageId, last_seen_stage_id: kept.stageId, created_at: now },
      born_from_json: JSON.stringify({
        papers: birth.papers,
        nearest: topicId,
        cosine: birth.cosine,
        statistic: 0,
        isWithin: true,
      }),
      ...{ prototype_b64: toBase64(birth.prototype), head_b64: toBase64(birth.head), threshold: birth.threshold },
    })
    .execute();
  await db
    .insertInto('topic_name')
    .values({
      ...{ topic_id: id, version: 1, stage_id: kept.stageId, why: 'birth', words_json: JSON.stringify(name.words) },
      name: name.name || `Topic ${id}`,
    })
    .execute();
  const handed = await part<HandedOn>(db, afterStage(kept.stageId));
  await keepPart(db, afterStage(kept.stageId), {
    ...handed,
    cohesions: { ...handed.cohesions, [id]: birth.cohesion },
  });
  const rows = await db
    .selectFrom('topic_assignment')
    .select(['paper_id', 'stage_id'])
    .where('topic_id', '=', topicId)
    .execute();
  const stages = new Map(rows.map(({ paper_id, stage_id }) => [paper_id, stage_id]));
  await writeAssignments(
    db,
    moved.filter(({ paperId }) => stages.has(paperId)),
    {
      ids: [...kept.ids, id],
      topicOf: [...kept.topicOf, kept.ids.length],
      stageOf: (paperId) => stages.get(paperId) ?? null,
      now,
    },
  );
  return id;
}

async function papersOfTopic(db: Kysely<Schema>, topicId: number): Promise<StagePaper[]> {
  const rows = await db
    .selectFrom('topic_assignment as a')
    .innerJoin('paper as p', 'p.id', 'a.paper_id')
    .select(['p.id', 'p.title', 'p.abstract'])
    .where('a.topic_id', '=', topicId)
    .orderBy('p.id', 'desc')
    .limit(MOST_PAPERS)
    .execute();
  return rows.map(paperOf);
}
