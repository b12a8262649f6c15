import { createHash } from 'node:crypto';
import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import { createRng } from '@broadsheet/engine/stats';
import { matchRerun } from '@broadsheet/methods/new-classes';
import { topFiveOverlap } from '@broadsheet/methods/topics';
import type { Kysely } from 'kysely';
import { addDays } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { paperOf, writeAssignments } from './assign.ts';
import {
  afterStage,
  bornIn,
  type HandedOn,
  type KeptModel,
  keepPart,
  loadModel,
  newestStage,
  part,
} from './model-store.ts';
import { computeStage } from './stage-here.ts';
import type { StageInput, StagePaper, StageResult } from './stage-work.ts';
import type { StageReport } from './types.ts';
import { fromBase64, toBase64 } from './vectors.ts';

export interface Days {
  kind: 'month' | 'week';
  fromDay: string;
  toDay: string;
}

export interface StageRun {
  /** The stage that is in force for these days now. */
  stageId: number;
  verdict: 'empty' | 'nothing-new' | 'born';
  /** Ids of the topics that it brought. */
  born: number[];
}

export interface RunOptions {
  signal?: AbortSignal;
  compute?: typeof computeStage;
  /** Called before and after each write; tests end the stage there. */
  fault?: (at: string) => void;
}

/** Papers that belong to no topic wait so long for others like them. */
const WAITING_DAYS = 56; // 8 weeks, §6.2
const MOST_EARLIER = 20_000; // as many as a stage looks at
const KEPT_PARTS = 4;
/** Papers of a stage from which its words can speak against a name, and how often they must. */
const DRIFT_PAPERS = 20;
const DRIFT_OVERLAP = 0.4;
const DRIFT_STAGES = 3;

/**
 * Runs the stage of some days: reads, computes on another thread, and writes all of it in one transaction, so that a
 * stage that is ended anywhere leaves the one before in force.
 * @throws where the site has no topics, or where another process ran a stage meanwhile
 */
export async function runStage(host: Host, days: Days, options: RunOptions = {}): Promise<StageRun> {
  const { signal, compute = computeStage, fault = () => undefined } = options;
  const { db } = host.database;
  const startedAt = host.now();
  const there = await stageOf(db, days);
  if (there) return there;
  const kept = await loadModel(db);
  if (kept && days.fromDay <= kept.toDay)
    throw new RangeError(`A stage from ${days.fromDay} on was asked for; the papers up to ${kept.toDay} are read.`);
  if (!kept) throw new Error('This site has no topics to go on from; its almanac was not loaded.');
  const papers = await papersOf(db, days.fromDay, days.toDay);
  const earlier = addDays(days.fromDay, -WAITING_DAYS);
  const waiting = await papersOf(db, earlier, addDays(days.fromDay, -1), { apart: true });
  const seed = `stage ${days.fromDay} ${days.toDay}`;
  const input: StageInput = {
    ...{ model: kept.model, topicOf: kept.topicOf, words: kept.words, background: kept.background },
    ...{ seed, papers, waiting, waitingOutOf: await countPapers(db, earlier, addDays(days.fromDay, -1)) },
    ...{ earlier: await someEarlier(db, earlier, days.fromDay, seed), young: await youngHeads(db, kept, earlier) },
  };
  const result = await compute(input, signal);
  signal?.throwIfAborted();
  fault('computed');
  const run = await transaction(host.database, (tx) =>
    writeStage(tx, { kept, days, input, result, startedAt, now: host.now(), fault }),
  );
  fault('committed');
  await host.contentChanged();
  return run;
}

/** The stage of just these days that is in force: asked for again, it is that one. */
async function stageOf(db: Kysely<Schema>, { fromDay, toDay }: Days): Promise<StageRun | undefined> {
  const row = await db
    .selectFrom('topic_stage')
    .select(['id', 'verdict'])
    .where('state', '=', 'done')
    .where('origin', '=', 'site')
    .where('from_day', '=', fromDay)
    .where('to_day', '=', toDay)
    .executeTakeFirst();
  if (!row || row.verdict === 'first') return undefined;
  return { stageId: row.id, verdict: row.verdict, born: await bornIn(db, row.id) };
}

interface Writing {
  kept: KeptModel;
  days: Days;
  input: StageInput;
  result: StageResult;
  startedAt: number;
  now: number;
  fault: (at: string) => void;
}

async function writeStage(tx: Kysely<Schema>, writing: Writing): Promise<StageRun> {
  const { kept, days, input, result, startedAt, now, fault } = writing;
  const { outcome } = result;
  if ((await newestStage(tx))?.id !== kept.stageId)
    throw new Error('Another process ran a stage of topics meanwhile; this one was not stored.');
  const { most } = await tx
    .selectFrom('topic_stage')
    .select((s) => s.fn.max<number>('id').as('most'))
    .executeTakeFirstOrThrow();
  const stageId = Number(most) + 1;
  const { excess } = outcome;
  await tx
    .insertInto('topic_stage')
    .values({
      ...{ id: stageId, kind: days.kind, from_day: days.fromDay, to_day: days.toDay, origin: 'site', state: 'done' },
      ...{ papers: input.papers.length, candidates: excess.candidates.length, statistic: excess.statistic },
      ...{ share: excess.share, usual_share: excess.usual, born: outcome.births.length, verdict: outcome.verdict },
      ...{ report_json: JSON.stringify(reportOf(outcome, now - startedAt)), input_hash: hashOf(kept, input) },
      ...{ model: kept.encoder, started_at: startedAt, finished_at: now },
    })
    .execute();
  fault('stage');
  const born = await writeBirths(tx, writing, stageId);
  fault('topics');
  const ids = [...kept.ids, ...born];
  const topicOf = [...kept.topicOf, ...born.map((_, i) => kept.ids.length + i)];
  const earlier = await stagesOfWaiting(tx, input);
  // Of those that waited only the ones that found a topic change.
  const changed = result.assigned.filter(({ paperId, head }) => head !== null || !earlier.has(paperId));
  const stageOf = (paperId: number) => (earlier.has(paperId) ? (earlier.get(paperId) ?? null) : stageId);
  await writeAssignments(tx, changed, { ids, topicOf, stageOf, now });
  fault('assignments');
  for (const { head, papers, words } of result.counts) {
    const count = { topic_id: ids[head], stage_id: stageId, papers, words_json: JSON.stringify(words) };
    await tx.insertInto('topic_count').values(count).execute();
    await tx.updateTable('topic').set({ last_seen_stage_id: stageId }).where('id', '=', ids[head]).execute();
    if (head < kept.ids.length) await renameDrifted(tx, ids[head], stageId);
  }
  fault('counts');
  await handOn(tx, writing, stageId, born);
  await bumpSequence(tx, 'change');
  fault('handed on');
  return { stageId, verdict: outcome.verdict, born };
}

async function stagesOfWaiting(
  tx: Kysely<Schema>,
  { waiting, papers }: StageInput,
): Promise<Map<number, number | null>> {
  const stages = new Map<number, number | null>();
  const own = new Set(papers.map(({ id }) => id));
  const ids = waiting.map(({ id }) => id).filter((id) => !own.has(id));
  for (let from = 0; from < ids.length; from += 500) {
    const some = ids.slice(from, from + 500);
    const rows = await tx
      .selectFrom('topic_assignment')
      .select(['paper_id', 'stage_id'])
      .where('paper_id', 'in', some)
      .execute();
    for (const row of rows) stages.set(row.paper_id, row.stage_id);
  }
  return stages;
}

/** The births get the ids that the same days had given them before, where a stage was taken back, or else new ones. */
async function writeBirths(
  tx: Kysely<Schema>,
  { kept, days, result, now }: Writing,
  stageId: number,
): Promise<number[]> {
  const { births } = result.outcome;
  if (births.length === 0) return [];
  const withdrawn = await tx
    .selectFrom('topic as t')
    .innerJoin('topic_stage as s', 's.id', 't.born_stage_id')
    .select(['t.id', 't.prototype_b64'])
    .where('t.withdrawn_at', 'is not', null)
    .where('s.from_day', '=', days.fromDay)
    .where('s.to_day', '=', days.toDay)
    .orderBy('t.id')
    .execute();
  const { width } = kept.model.heads;
  const matrix = (vectors: ArrayLike<number>[]) => {
    const data = new Float64Array(vectors.length * width);
    for (const [i, vector] of vectors.entries()) data.set(vector, i * width);
    return { data, count: vectors.length, width };
  };
  const matches = matchRerun(
    matrix(births.map(({ prototype }) => prototype)),
    matrix(withdrawn.map(({ prototype_b64 }) => fromBase64(prototype_b64))),
  );
  const { most } = await tx
    .selectFrom('topic')
    .select((s) => s.fn.max<number>('id').as('most'))
    .executeTakeFirstOrThrow();
  let next = Number(most) + 1;
  const ids: number[] = [];
  for (const [i, birth] of births.entries()) {
    const again = matches[i] === null ? undefined : withdrawn[matches[i]].id;
    const { papers, cosine, statistic, isWithin } = birth;
    const facts = {
      born_stage_id: stageId,
      born_from_json: JSON.stringify({
        ...{ papers, nearest: kept.ids[birth.nearest], cosine, statistic },
        ...(isWithin ? { isWithin } : {}),
      }),
      ...{ prototype_b64: toBase64(birth.prototype), head_b64: toBase64(birth.head), threshold: birth.threshold },
      ...{ last_seen_stage_id: stageId, withdrawn_at: null, created_at: now },
    };
    const id = again ?? next++;
    if (again === undefined)
      await tx
        .insertInto('topic')
        .values({ id, ...facts })
        .execute();
    else await tx.updateTable('topic').set(facts).where('id', '=', id).execute();
    await tx.deleteFrom('topic_name').where('topic_id', '=', id).execute();
    const { name, words } = result.names[i];
    await tx
      .insertInto('topic_name')
      .values({
        ...{ topic_id: id, version: 1, stage_id: stageId, why: 'birth', words_json: JSON.stringify(words) },
        name: name || `Topic ${id}`,
      })
      .execute();
    ids.push(id);
  }
  return ids;
}

/** A name is given at birth; a new version comes when three stages in a row, each with papers enough, speak otherwise. */
async function renameDrifted(tx: Kysely<Schema>, topicId: number, stageId: number): Promise<void> {
  const recent = await tx
    .selectFrom('topic_count as c')
    .innerJoin('topic_stage as s', 's.id', 'c.stage_id')
    .select(['c.words_json'])
    .where('c.topic_id', '=', topicId)
    .where('s.state', '=', 'done')
    .where('c.papers', '>=', DRIFT_PAPERS)
    .orderBy('c.stage_id', 'desc')
    .limit(DRIFT_STAGES)
    .execute();
  const named = await tx
    .selectFrom('topic_name')
    .select(['version', 'words_json', 'stage_id'])
    .where('topic_id', '=', topicId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!named || recent.length < DRIFT_STAGES) return;
  const words = recent.map(({ words_json }) => JSON.parse(words_json) as string[]);
  const now = JSON.parse(named.words_json) as string[];
  if (words.some((own) => topFiveOverlap(own, now) >= DRIFT_OVERLAP)) return;
  const [newest] = words;
  // Words that came and went are no drift: the stages must agree with each other.
  if (words.some((own) => topFiveOverlap(own, newest) < DRIFT_OVERLAP)) return;
  const line = newest.slice(0, 3).join(', ');
  await tx
    .insertInto('topic_name')
    .values({
      ...{ topic_id: topicId, version: named.version + 1, stage_id: stageId, why: 'drift' },
      ...{ name: line.charAt(0).toUpperCase() + line.slice(1), words_json: JSON.stringify(newest) },
    })
    .execute();
}

async function handOn(tx: Kysely<Schema>, { kept, result }: Writing, stageId: number, born: number[]): Promise<void> {
  const before = await part<HandedOn>(tx, afterStage(kept.stageId));
  const cohesions = { ...before.cohesions };
  for (const [i, id] of born.entries()) cohesions[id] = result.outcome.births[i].cohesion;
  const handed: HandedOn = { quiet: result.outcome.model.quiet, background: result.background, cohesions };
  await keepPart(tx, afterStage(stageId), handed);
  const older = await tx.selectFrom('topic_model').select('name').where('name', 'like', 'after-%').execute();
  const numbers = older.map(({ name }) => Number(name.slice('after-'.length))).toSorted((a, b) => b - a);
  for (const id of numbers.slice(KEPT_PARTS))
    await tx.deleteFrom('topic_model').where('name', '=', afterStage(id)).execute();
}

function reportOf(outcome: StageResult['outcome'], tookMs: number): StageReport {
  const { training, epochs, proposals, retired, duplicates } = outcome;
  const note = training
    ? 'Only the heads of new topics were trained; the encoder and the heads of old topics stay as they are.'
    : 'Nothing was trained.';
  return { training, epochs, seconds: tookMs / 1000, proposals, retired, duplicates, note };
}

/** Names what a stage was computed from: the stage before and every text. */
function hashOf(kept: KeptModel, { papers, waiting, earlier, seed }: StageInput): string {
  const hash = createHash('sha256').update(`${kept.encoder} ${kept.ids.length} ${seed}\n`);
  for (const { text } of [...papers, ...waiting, ...earlier]) hash.update(text).update('\n');
  return hash.digest('hex');
}

async function papersOf(db: Kysely<Schema>, from: string, to: string, { apart = false } = {}): Promise<StagePaper[]> {
  let query = db
    .selectFrom('paper as p')
    .select(['p.id', 'p.title', 'p.abstract'])
    .where('p.listed_on', '>=', from)
    .where('p.listed_on', '<=', to);
  if (apart)
    query = query
      .innerJoin('topic_assignment as a', 'a.paper_id', 'p.id')
      .where('a.topic_id', 'is', null)
      .where('a.had_abstract', '=', 1)
      .where('p.abstract', 'is not', null);
  return (await query.orderBy('p.id').execute()).map(paperOf);
}

/** Papers with abstracts from a day until before another: all, or as many as density is measured with. */
async function someEarlier(db: Kysely<Schema>, from: string, before: string, seed: string): Promise<StagePaper[]> {
  const rows = await db
    .selectFrom('paper')
    .select('id')
    .where('listed_on', '>=', from)
    .where('listed_on', '<', before)
    .where('abstract', 'is not', null)
    .orderBy('id')
    .execute();
  const drawn = createRng(seed).split('earlier').permutation(rows.length).slice(0, MOST_EARLIER).toSorted();
  const ids = Array.from(drawn, (i) => rows[i].id);
  const papers: StagePaper[] = [];
  for (let at = 0; at < ids.length; at += 500) {
    const some = ids.slice(at, at + 500);
    const texts = await db.selectFrom('paper').select(['id', 'title', 'abstract']).where('id', 'in', some).execute();
    papers.push(...texts.toSorted((a, b) => a.id - b.id).map(paperOf));
  }
  return papers;
}

/** Heads of topics that were born since a day; the first topics are as old as their papers. */
async function youngHeads(db: Kysely<Schema>, { ids }: KeptModel, from: string): Promise<number[]> {
  const rows = await db
    .selectFrom('topic as t')
    .innerJoin('topic_stage as s', 's.id', 't.born_stage_id')
    .select('t.id')
    .where('s.to_day', '>=', from)
    .where('s.verdict', '!=', 'first')
    .execute();
  const young = new Set(rows.map(({ id }) => id));
  return [...ids.keys()].filter((place) => young.has(ids[place]));
}

async function countPapers(db: Kysely<Schema>, from: string, to: string): Promise<number> {
  const { papers } = await db
    .selectFrom('paper')
    .select((s) => s.fn.countAll<number>().as('papers'))
    .where('listed_on', '>=', from)
    .where('listed_on', '<=', to)
    .executeTakeFirstOrThrow();
  return Number(papers);
}
