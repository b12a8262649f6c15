import { existsSync, readFileSync } from 'node:fs';
import { bumpSequence, insertMany, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { type ComputedTopics, fromDirection, readComputed } from './computed-file.ts';
import { afterStage, FIXED, type HandedOn, keepPart } from './model-store.ts';
import { toBase64 } from './vectors.ts';

/** Gives a site that has no topics those that come with the program. @returns whether it did */
export async function loadComputedTopics(host: Host, file: string): Promise<boolean> {
  const { db } = host.database;
  if (await db.selectFrom('topic_stage').select('id').limit(1).executeTakeFirst()) return false;
  if (!existsSync(file)) return false;
  const computed = readComputed(readFileSync(file));
  const stored = await transaction(host.database, async (tx) => {
    // Of several processes that start at once one is first.
    if (await tx.selectFrom('topic_stage').select('id').limit(1).executeTakeFirst()) return false;
    await storeStages(host, tx, computed);
    await storeTopics(host, tx, computed);
    await storeAssignments(host, tx, computed);
    await storeModel(tx, computed);
    await bumpSequence(tx, 'change');
    return true;
  });
  await host.contentChanged();
  return stored;
}

async function storeStages(host: Host, tx: Kysely<Schema>, { stages, encoder }: ComputedTopics): Promise<void> {
  const now = host.now();
  await insertMany(
    host.database,
    tx,
    'topic_stage',
    stages.map((stage) => ({
      ...{ id: stage.id, kind: 'month' as const, from_day: stage.fromDay, to_day: stage.toDay },
      ...{ origin: 'almanac' as const, state: 'done' as const, papers: stage.papers, candidates: stage.candidates },
      ...{ statistic: stage.statistic, share: stage.share, usual_share: stage.usualShare, born: stage.born },
      ...{ verdict: stage.verdict, report_json: stage.report && JSON.stringify(stage.report) },
      ...{ input_hash: stage.inputHash, model: encoder, started_at: now, finished_at: now },
    })),
  );
}

async function storeTopics(host: Host, tx: Kysely<Schema>, computed: ComputedTopics): Promise<void> {
  const last = new Map<number, number>();
  for (const [topic, stage] of computed.counts) last.set(topic, Math.max(last.get(topic) ?? 0, stage));
  await insertMany(
    host.database,
    tx,
    'topic',
    computed.topics.map(({ id, stage, bornFrom, threshold, prototype, head }) => ({
      ...{ id, born_stage_id: stage, born_from_json: JSON.stringify(bornFrom), threshold, name_by_editor: null },
      ...{ merged_into: null, hidden_at: null, withdrawn_at: null, last_seen_stage_id: last.get(id) ?? stage },
      prototype_b64: toBase64(fromDirection(prototype)),
      head_b64: toBase64(fromDirection(head ?? prototype)),
      created_at: host.now(),
    })),
  );
  await insertMany(
    host.database,
    tx,
    'topic_name',
    computed.names.map(({ topic, version, stage, name, words, why }) => ({
      ...{ topic_id: topic, version, stage_id: stage, name, words_json: JSON.stringify(words), why },
    })),
  );
  await insertMany(
    host.database,
    tx,
    'topic_count',
    computed.counts.map(([topic_id, stage_id, papers, words = []]) => ({
      ...{ topic_id, stage_id, papers, words_json: JSON.stringify(words) },
    })),
  );
}

async function storeAssignments(host: Host, tx: Kysely<Schema>, { assignments, names }: ComputedTopics): Promise<void> {
  const words = new Map(names.filter(({ version }) => version === 1).map((name) => [name.topic, name.words]));
  const keys = assignments.papers.split(' ');
  const rows = await tx.selectFrom('paper').select(['id', 'arxiv_id']).where('arxiv_id', 'is not', null).execute();
  const ids = new Map(rows.map(({ id, arxiv_id }) => [arxiv_id, id]));
  const known = keys.flatMap((key, i) => {
    const paper_id = ids.get(key);
    if (paper_id === undefined) return [];
    const topic = assignments.topics[i] || null;
    const own = (topic && words.get(topic)) || [];
    return {
      ...{ paper_id, head_id: topic, topic_id: topic, runner_up_id: assignments.runnersUp[i] || null },
      ...{ probability: assignments.probabilities[i] / 100, margin: assignments.margins[i] / 100 },
      words_json: JSON.stringify(own.filter((_, bit) => assignments.words[i] & (1 << bit))),
      // It was read with its abstract when this was computed, whether or not the site has that.
      ...{ had_abstract: 1, stage_id: assignments.stages[i], assigned_at: host.now() },
    };
  });
  await insertMany(host.database, tx, 'topic_assignment', known, { ignoreConflicts: true });
}

async function storeModel(tx: Kysely<Schema>, computed: ComputedTopics): Promise<void> {
  const { encoder, centre, radius, quiet, background, topics, stages } = computed;
  await keepPart(tx, FIXED, { encoder, centre, radius });
  const terms = background.terms.split('\n');
  const handed: HandedOn = {
    quiet,
    background: {
      counts: Object.fromEntries(terms.map((term, i) => [term, background.counts[i]])),
      total: background.total,
      topics: background.topics,
    },
    cohesions: Object.fromEntries(topics.map(({ id, cohesion }) => [id, cohesion])),
  };
  await keepPart(tx, afterStage(stages[stages.length - 1].id), handed);
}
