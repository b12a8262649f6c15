import type { Schema } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';
import type { Host } from '../host/index.ts';
import { catalogue } from './catalogue.ts';
import type { StageReport, TopicStage } from './types.ts';

/** Stages, the newest first; also those that were taken back. `before` is the id of the last one of the page before. */
export async function topicStages(
  host: Host,
  { limit = 60, before }: { limit?: number; before?: number } = {},
): Promise<TopicStage[]> {
  let query = host.database.db.selectFrom('topic_stage').selectAll();
  if (before !== undefined) query = query.where('id', '<', before);
  return described(host, await query.orderBy('id', 'desc').limit(limit).execute());
}

export async function findStage(host: Host, id: number): Promise<TopicStage | undefined> {
  const rows = await host.database.db.selectFrom('topic_stage').selectAll().where('id', '=', id).execute();
  return (await described(host, rows))[0];
}

async function described(host: Host, rows: Selectable<Schema['topic_stage']>[]): Promise<TopicStage[]> {
  if (rows.length === 0) return [];
  const births = await birthsOf(
    host.database.db,
    rows.map(({ id }) => id),
  );
  const { topics } = await catalogue(host);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    fromDay: row.from_day,
    toDay: row.to_day,
    origin: row.origin,
    state: row.state,
    papers: row.papers,
    candidates: row.candidates,
    share: row.share,
    usualShare: row.usual_share,
    statistic: row.statistic,
    verdict: row.verdict,
    // What was filed under another since is told by the name that it was born with.
    born: (births.get(row.id) ?? []).map(({ id, name }) => ({ id, name: topics.get(id)?.name ?? name })),
    report: row.report_json ? (JSON.parse(row.report_json) as StageReport) : null,
    finishedAt: row.finished_at,
  }));
}

async function birthsOf(db: Kysely<Schema>, stages: number[]): Promise<Map<number, { id: number; name: string }[]>> {
  const rows = await db
    .selectFrom('topic as t')
    .innerJoin('topic_name as n', 'n.topic_id', 't.id')
    .select(['t.id', 't.born_stage_id', 'n.name'])
    .where('n.version', '=', 1)
    .where('t.withdrawn_at', 'is', null)
    .where('t.born_stage_id', 'in', stages)
    .orderBy('t.id')
    .execute();
  return Map.groupBy(rows, (row) => row.born_stage_id);
}
