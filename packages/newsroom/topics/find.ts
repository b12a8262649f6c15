import type { Host } from '../host/index.ts';
import { perVersion } from '../host/index.ts';
import { topicActions } from './actions.ts';
import { type Catalogue, type CatalogueTopic, catalogue } from './catalogue.ts';
import { shareIn, summaryOf } from './list.ts';
import type { Topic, TopicLink, TopicState } from './types.ts';
import { fromBase64, similarityOf } from './vectors.ts';

const NEIGHBOURS = 8;

/** A topic's page; where it is filed today when it was merged; undefined when there is none of this id. */
export async function findTopic(host: Host, id: number): Promise<Topic | { movedTo: number } | undefined> {
  const all = await catalogue(host);
  const current = all.currentId.get(id);
  if (current === undefined) return undefined;
  if (current !== id) return { movedTo: current };
  const topic = all.topics.get(id) as CatalogueTopic;
  const { bornFrom } = topic;
  return {
    ...summaryOf(all, topic),
    nameByEditor: topic.nameByEditor,
    names: await namesOf(host, id),
    bornFrom: bornFrom && { ...bornFrom, nearest: linkTo(all, bornFrom.nearest) },
    mergedHere: await mergedNames(host, topic.mergedHere),
    neighbours: await neighboursOf(host, all, topic),
    history: historyOf(all, topic),
    actions: await topicActions(host, { topicId: id }),
  };
}

/** The names of all topics, also of those that are filed under another. */
export async function topicNames(host: Host): Promise<Map<number, string>> {
  const { topics, currentId } = await catalogue(host);
  return new Map([...currentId].map(([id, current]) => [id, topics.get(current)?.name ?? `Topic ${current}`]));
}

/** The id under which a topic is filed today; undefined when there is none of this id. */
export async function currentTopicId(host: Host, id: number): Promise<number | undefined> {
  return (await catalogue(host)).currentId.get(id);
}

/** A topic as it is filed today, in brief: for lists that have no use for its page. */
export async function filedTopic(host: Host, id: number): Promise<(TopicLink & { state: TopicState }) | undefined> {
  const { topics, currentId } = await catalogue(host);
  const topic = topics.get(currentId.get(id) ?? -1);
  return topic && { id: topic.id, name: topic.name, state: topic.state };
}

function linkTo({ topics, currentId }: Catalogue, id: number | undefined): TopicLink | undefined {
  const topic = topics.get(currentId.get(id ?? -1) ?? -1);
  return topic && { id: topic.id, name: topic.name };
}

async function namesOf(host: Host, id: number): Promise<Topic['names']> {
  const rows = await host.database.db
    .selectFrom('topic_name as n')
    .innerJoin('topic_stage as s', 's.id', 'n.stage_id')
    .select(['n.version', 'n.name', 'n.words_json', 'n.why', 's.from_day'])
    .where('n.topic_id', '=', id)
    .orderBy('n.version')
    .execute();
  return rows.map((row) => ({
    version: row.version,
    name: row.name,
    words: JSON.parse(row.words_json),
    fromDay: row.from_day,
    why: row.why,
  }));
}

async function mergedNames(host: Host, ids: number[]): Promise<TopicLink[]> {
  if (ids.length === 0) return [];
  return host.database.db
    .selectFrom('topic_name')
    .select(['topic_id as id', 'name'])
    .where('topic_id', 'in', ids)
    .where('version', '=', 1)
    .orderBy('topic_id')
    .execute();
}

function historyOf({ stages }: Catalogue, topic: CatalogueTopic): Topic['history'] {
  const born = stages.findIndex(({ id }) => id === topic.bornStageId);
  return stages.slice(Math.max(0, born)).map(({ id, kind, fromDay, toDay, papers }, i) => {
    const own = topic.counts[Math.max(0, born) + i];
    return { stageId: id, kind, fromDay, toDay, papers: own, share: shareIn(own, papers) };
  });
}

async function neighboursOf(host: Host, all: Catalogue, topic: CatalogueTopic): Promise<Topic['neighbours']> {
  const vectors = await perVersion(host, 'topic vectors', async () =>
    [...all.topics.values()].map(({ id, prototype }) => ({ id, vector: fromBase64(prototype) })),
  );
  const own = fromBase64(topic.prototype);
  return vectors
    .filter(({ id }) => id !== topic.id && all.topics.get(id)?.state !== 'hidden')
    .map(({ id, vector }) => ({
      id,
      name: all.topics.get(id)?.name ?? '',
      cosine: similarityOf(own, vector),
    }))
    .toSorted((a, b) => b.cosine - a.cosine || a.id - b.id)
    .slice(0, NEIGHBOURS);
}
