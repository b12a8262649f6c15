import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { type Host, perVersion } from '../host/index.ts';
import { DORMANT_AFTER } from './limits.ts';
import type { TopicState } from './types.ts';

/** One topic with everything that lists and pages show of it, merged ones counted in. */
export interface CatalogueTopic {
  id: number;
  name: string;
  nameByEditor?: string;
  words: string[];
  state: TopicState;
  bornStageId: number;
  bornFrom?: BornFrom;
  /** Ids filed under it, in the order of ids. */
  mergedHere: number[];
  /** Papers that this site has. */
  papers: number;
  /** Papers of each stage, by its place in `stages`. */
  counts: Float64Array;
  prototype: string;
}

/** What the machine knew when a topic was born. */
export interface BornFrom {
  papers: number;
  nearest?: number;
  cosine?: number;
  statistic: number;
  /** It split off from the nearest: most of its papers were in it. */
  isWithin?: boolean;
}

export interface CatalogueStage {
  id: number;
  kind: 'month' | 'week';
  fromDay: string;
  toDay: string;
  papers: number;
}

export interface Catalogue {
  /** Stages in force, the oldest first. */
  stages: CatalogueStage[];
  /** By id; those that are filed under another or withdrawn are not among them. */
  topics: Map<number, CatalogueTopic>;
  /** For every id that was ever given and not withdrawn, the id under which it is filed today. */
  currentId: Map<number, number>;
}

/** All topics, read once for each version of what pages show. */
export function catalogue(host: Host): Promise<Catalogue> {
  return perVersion(host, 'topics', () => readCatalogue(host.database.db));
}

export async function readCatalogue(db: Kysely<Schema>): Promise<Catalogue> {
  const stages = await readStages(db);
  const rows = await db.selectFrom('topic').selectAll().where('withdrawn_at', 'is', null).orderBy('id').execute();
  const names = await newestNames(db);
  const papers = await paperCounts(db);
  const currentId = currentIds(rows);
  const place = new Map(stages.map(({ id }, i) => [id, i]));
  const topics = new Map<number, CatalogueTopic>();
  const seen = new Map<number, number>();
  for (const row of rows) {
    const current = currentId.get(row.id) as number;
    seen.set(current, Math.max(seen.get(current) ?? 0, row.last_seen_stage_id));
    if (current !== row.id) continue;
    const named = names.get(row.id);
    topics.set(row.id, {
      id: row.id,
      name: row.name_by_editor ?? named?.name ?? `Topic ${row.id}`,
      nameByEditor: row.name_by_editor ?? undefined,
      words: named?.words ?? [],
      state: row.hidden_at === null ? 'active' : 'hidden',
      bornStageId: row.born_stage_id,
      bornFrom: row.born_from_json ? JSON.parse(row.born_from_json) : undefined,
      mergedHere: [],
      papers: papers.get(row.id) ?? 0,
      counts: new Float64Array(stages.length),
      prototype: row.prototype_b64,
    });
  }
  for (const [id, current] of currentId) if (id !== current) topics.get(current)?.mergedHere.push(id);
  for (const count of await db.selectFrom('topic_count').select(['topic_id', 'stage_id', 'papers']).execute()) {
    const at = place.get(count.stage_id);
    const topic = topics.get(currentId.get(count.topic_id) ?? -1);
    if (at !== undefined && topic) topic.counts[at] += count.papers;
  }
  for (const topic of topics.values()) {
    const after = stages.length - 1 - (place.get(seen.get(topic.id) ?? 0) ?? 0);
    if (topic.state === 'active' && after >= DORMANT_AFTER) topic.state = 'dormant';
  }
  return { stages, topics, currentId };
}

async function readStages(db: Kysely<Schema>): Promise<CatalogueStage[]> {
  const rows = await db
    .selectFrom('topic_stage')
    .select(['id', 'kind', 'from_day', 'to_day', 'papers'])
    .where('state', '=', 'done')
    .orderBy('id')
    .execute();
  return rows.map((r) => ({ id: r.id, kind: r.kind, fromDay: r.from_day, toDay: r.to_day, papers: r.papers }));
}

async function newestNames(db: Kysely<Schema>): Promise<Map<number, { name: string; words: string[] }>> {
  const rows = await db
    .selectFrom('topic_name')
    .select(['topic_id', 'name', 'words_json'])
    .orderBy('topic_id')
    .orderBy('version')
    .execute();
  // Later versions take the place of earlier ones.
  return new Map(rows.map((row) => [row.topic_id, { name: row.name, words: JSON.parse(row.words_json) }]));
}

async function paperCounts(db: Kysely<Schema>): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('topic_assignment')
    .select((s) => ['topic_id', s.fn.countAll<number>().as('papers')])
    .where('topic_id', 'is not', null)
    .groupBy('topic_id')
    .execute();
  return new Map(rows.map((row) => [row.topic_id as number, Number(row.papers)]));
}

/** Follows merges to their ends. */
export function currentIds(rows: readonly { id: number; merged_into: number | null }[]): Map<number, number> {
  const into = new Map(rows.map((row) => [row.id, row.merged_into]));
  const end = (id: number): number => {
    let at = id;
    for (let next = into.get(at); next !== null && next !== undefined && into.has(next); next = into.get(at)) at = next;
    return at;
  };
  return new Map(rows.map(({ id }) => [id, end(id)]));
}
