import type { Schema } from '@broadsheet/database';
import type { Background, TopicModel } from '@broadsheet/methods/topics';
import type { Kysely } from 'kysely';
import { houseEncoder } from '../search/encoders/house.ts';
import { currentIds } from './catalogue.ts';
import { fromBase64 } from './vectors.ts';

/** What stages start from, as the store keeps it. */
export interface KeptModel {
  model: TopicModel;
  /** The topic of each head, in the order of heads. */
  ids: number[];
  /** For each head the place of the one that stands for its topic. */
  topicOf: number[];
  words: string[][];
  background: Background;
  /** The newest stage in force. */
  stageId: number;
  toDay: string;
  encoder: string;
}

/** What never changes: the encoder's name, the centre, the radius. */
export interface FixedParts {
  encoder: string;
  centre: string;
  radius: number;
}

/** What each stage hands to the next, beside the topics. */
export interface HandedOn {
  quiet: TopicModel['quiet'];
  background: Background;
  cohesions: Record<string, number>;
}

export const FIXED = 'fixed';
export const afterStage = (id: number) => `after-${id}`;

/** The model as the newest stage left it; undefined on a site that has no topics. */
export async function loadModel(db: Kysely<Schema>): Promise<KeptModel | undefined> {
  const stage = await newestStage(db);
  if (!stage) return undefined;
  const fixed = await part<FixedParts>(db, FIXED);
  const { id } = await houseEncoder();
  if (fixed.encoder !== id)
    throw new OtherEncoderError(
      `The topics of this site were found with the encoder ${fixed.encoder}, and this program has ${id}: its vectors say nothing of them. Topics stay as they are, and new papers get none; "broadsheet topics begin --anew" gives them up for topics of this encoder.`,
    );
  const handed = await part<HandedOn>(db, afterStage(stage.id));
  const rows = await db.selectFrom('topic').selectAll().where('withdrawn_at', 'is', null).orderBy('id').execute();
  const current = currentIds(rows);
  const place = new Map(rows.map(({ id }, i) => [id, i]));
  const named = await db
    .selectFrom('topic_name')
    .select(['topic_id', 'words_json'])
    .orderBy('topic_id')
    .orderBy('version')
    .execute();
  const words = new Map(named.map(({ topic_id, words_json }) => [topic_id, JSON.parse(words_json) as string[]]));
  const width = fromBase64(fixed.centre).length;
  const matrix = (of: 'head_b64' | 'prototype_b64') => {
    const data = new Float64Array(rows.length * width);
    for (const [i, row] of rows.entries()) data.set(fromBase64(row[of]), i * width);
    return { data, count: rows.length, width };
  };
  return {
    model: {
      centre: fromBase64(fixed.centre),
      heads: matrix('head_b64'),
      prototypes: matrix('prototype_b64'),
      thresholds: Float64Array.from(rows, ({ threshold }) => threshold),
      cohesions: Float64Array.from(rows, ({ id }) => handed.cohesions[id] ?? 0),
      radius: fixed.radius,
      quiet: handed.quiet,
    },
    ids: rows.map(({ id }) => id),
    topicOf: rows.map(({ id }) => place.get(current.get(id) ?? id) ?? 0),
    words: rows.map(({ id }) => words.get(current.get(id) ?? id) ?? []),
    background: handed.background,
    stageId: stage.id,
    toDay: stage.to_day,
    encoder: fixed.encoder,
  };
}

/** The program has another encoder than topics were found with: they stand still. */
export class OtherEncoderError extends Error {}

/** The encoder that topics were found with, where it is not the one that this program has. */
export async function otherEncoder(db: Kysely<Schema>): Promise<string | undefined> {
  const row = await db.selectFrom('topic_model').select('value_json').where('name', '=', FIXED).executeTakeFirst();
  if (!row) return undefined;
  const { encoder } = JSON.parse(row.value_json) as FixedParts;
  return encoder === (await houseEncoder()).id ? undefined : encoder;
}

export function newestStage(db: Kysely<Schema>) {
  return db
    .selectFrom('topic_stage')
    .select(['id', 'kind', 'from_day', 'to_day', 'origin', 'verdict', 'input_hash'])
    .where('state', '=', 'done')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

export async function part<T>(db: Kysely<Schema>, name: string): Promise<T> {
  const row = await db.selectFrom('topic_model').select('value_json').where('name', '=', name).executeTakeFirst();
  if (!row) throw new Error(`The topics of this site lack their part "${name}"; restore a backup.`);
  return JSON.parse(row.value_json) as T;
}

export async function keepPart(db: Kysely<Schema>, name: string, value: unknown): Promise<void> {
  const value_json = JSON.stringify(value);
  await db
    .insertInto('topic_model')
    .values({ name, value_json })
    .onConflict((c) => c.column('name').doUpdateSet({ value_json }))
    .execute();
}

/** The topics that a stage brought and that are in force, in the order of their ids. */
export async function bornIn(db: Kysely<Schema>, stageId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('topic')
    .select('id')
    .where('born_stage_id', '=', stageId)
    .where('withdrawn_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => id);
}
