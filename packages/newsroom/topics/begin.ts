import { createHash } from 'node:crypto';
import { bumpSequence, insertMany, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { audit } from '../audit/index.ts';
import { addDays, papersDay } from '../editions/calendar.ts';
import type { Host } from '../host/index.ts';
import { houseEncoder } from '../search/encoders/house.ts';
import { paperOf, readAgain, writeAssignments } from './assign.ts';
import type { DatedPaper, FirstTopics } from './first-topics.ts';
import { afterStage, FIXED, type HandedOn, keepPart, newestStage } from './model-store.ts';
import { computeFirst } from './stage-here.ts';
import type { Assigned } from './stage-work.ts';
import { toBase64 } from './vectors.ts';

/** Papers with abstracts from which a site's own topics can begin: docs/decisions/0733. */
export const LEAST_PAPERS = 1000;
/** More are not needed to see what there is; the newest are taken. Clustering them takes most of a minute. */
const MOST_PAPERS = 10_000;

export interface BeginOptions {
  signal?: AbortSignal;
  onProgress?: (read: number, of: number) => void;
  /** Topics that are there are withdrawn, and their ids are given to none again. */
  anew?: boolean;
  readerId?: number;
  compute?: typeof computeFirst;
  /** Called before and after each write; tests end it there. */
  fault?: (at: string) => void;
}

export interface Begun {
  topics: number;
  papers: number;
  stages: number;
}

/** With how many papers a site's own topics could begin, and how many they need. */
export async function readyToBegin(host: Host): Promise<{ papers: number; needed: number }> {
  const { papers } = await host.database.db
    .selectFrom('paper')
    .select((s) => s.fn.countAll<number>().as('papers'))
    .where('abstract', 'is not', null)
    .where('listed_on', '<=', yesterday(host))
    .executeTakeFirstOrThrow();
  return { papers: Number(papers), needed: LEAST_PAPERS };
}

/** Begins on a site that has no topics, once it has papers enough; undefined where there is nothing to do. */
export async function beginWhenReady(host: Host, options: BeginOptions = {}): Promise<Begun | undefined> {
  if (await newestStage(host.database.db)) return undefined;
  const { papers, needed } = await readyToBegin(host);
  if (papers < needed) return undefined;
  host.log.info('topics begin', { papers: Math.min(papers, MOST_PAPERS) });
  const begun = await beginTopics(host, options);
  return 'refused' in begun ? undefined : begun;
}

/**
 * The first topics of a site whose program brought none, or none that fit: its papers up to yesterday are sorted together,
 * and counted month by month, so that there is a history at once. All of it is written in one transaction.
 */
export async function beginTopics(host: Host, options: BeginOptions = {}): Promise<Begun | { refused: string }> {
  const { signal, onProgress, anew = false, readerId, compute = computeFirst, fault = () => undefined } = options;
  const { db } = host.database;
  const newest = await newestStage(db);
  if (newest && !anew)
    return { refused: `This site has topics up to ${newest.to_day}; only with --anew are they given up for others.` };
  const startedAt = host.now();
  const papers = await papersUntil(db, yesterday(host));
  if (papers.length < LEAST_PAPERS)
    return {
      refused: `Topics begin with ${LEAST_PAPERS.toLocaleString('en')} papers that have abstracts; there are ${papers.length.toLocaleString('en')} up to yesterday.`,
    };
  const first = await compute(papers, { signal, onProgress });
  signal?.throwIfAborted();
  fault('computed');
  const { id: encoder } = await houseEncoder();
  const written = await transaction(host.database, async (tx) => {
    if ((await newestStage(tx))?.id !== newest?.id) return false;
    if (newest) await giveUp(tx, host.now());
    fault('given up');
    await write(host, tx, { first, encoder, startedAt, fault });
    const entry = { actorId: readerId, action: 'topic.begin', subject: `${first.names.length} topics` };
    await audit(tx, { ...entry, detail: { papers: papers.length, anew } }, host.now());
    await bumpSequence(tx, 'change');
    return true;
  });
  if (!written) return { refused: 'Another process ran a stage of topics meanwhile; nothing was stored.' };
  await host.contentChanged();
  return { topics: first.names.length, papers: papers.length, stages: first.months.length };
}

/** Today's papers are still coming. */
function yesterday(host: Host): string {
  return addDays(papersDay(host.now(), host.settings.zone), -1);
}

/** The newest papers with abstracts up to a day, in the order of their ids. */
async function papersUntil(db: Kysely<Schema>, day: string): Promise<DatedPaper[]> {
  const rows = await db
    .selectFrom('paper')
    .select(['id', 'title', 'abstract', 'listed_on'])
    .where('abstract', 'is not', null)
    .where('listed_on', '<=', day)
    .orderBy('listed_on', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_PAPERS)
    .execute();
  return rows.toSorted((a, b) => a.id - b.id).map((row) => ({ ...paperOf(row), day: row.listed_on }));
}

/** Everything that stages made is withdrawn; rows stay, so that no id is given twice. */
async function giveUp(tx: Kysely<Schema>, now: number): Promise<void> {
  await tx.deleteFrom('topic_assignment').execute();
  await tx.deleteFrom('topic_count').execute();
  await tx.updateTable('topic').set({ withdrawn_at: now }).where('withdrawn_at', 'is', null).execute();
  await tx.updateTable('topic_stage').set({ state: 'rolled-back' }).where('state', '=', 'done').execute();
  await tx.deleteFrom('topic_model').execute();
}

interface Writing {
  first: FirstTopics;
  encoder: string;
  startedAt: number;
  fault: (at: string) => void;
}

async function write(host: Host, tx: Kysely<Schema>, { first, encoder, startedAt, fault }: Writing): Promise<void> {
  const now = host.now();
  const { model, months, names, sizes } = first;
  const [firstStage, firstTopic] = [await nextId(tx, 'topic_stage'), await nextId(tx, 'topic')];
  const ids = names.map((_, head) => firstTopic + head);
  const stages = months.map(({ month, papers, assigned }, i) => {
    const apart = assigned.filter(({ head }) => head === null).length;
    return {
      ...{ id: firstStage + i, kind: 'month' as const, from_day: `${month}-01` },
      ...{ to_day: lastOf(papers), origin: 'site' as const, state: 'done' as const, papers: papers.length },
      ...{ candidates: apart, statistic: 0, share: apart / papers.length, usual_share: model.quiet[0].share },
      ...{ born: i === 0 ? names.length : 0, verdict: 'first' as const, report_json: null },
      ...{ input_hash: hashOf(papers), model: encoder, started_at: startedAt, finished_at: now },
    };
  });
  await insertMany(host.database, tx, 'topic_stage', stages);
  fault('stages');
  const row = (head: number) => model.heads.data.subarray(head * model.heads.width, (head + 1) * model.heads.width);
  const seen = ids.map((_, head) => {
    const last = months.findLastIndex(({ assigned }) => assigned.some((one) => one.head === head));
    return firstStage + Math.max(0, last);
  });
  await insertMany(
    host.database,
    tx,
    'topic',
    ids.map((id, head) => ({
      ...{ id, born_stage_id: firstStage, last_seen_stage_id: seen[head], created_at: now },
      ...{ born_from_json: JSON.stringify({ papers: sizes[head], statistic: 0 }), threshold: model.thresholds[head] },
      ...{ name_by_editor: null, merged_into: null, hidden_at: null, withdrawn_at: null },
      ...{ prototype_b64: toBase64(row(head)), head_b64: toBase64(row(head)) },
    })),
  );
  await insertMany(
    host.database,
    tx,
    'topic_name',
    names.map(({ name, words }, head) => ({
      ...{ topic_id: ids[head], version: 1, stage_id: firstStage, why: 'birth' as const },
      ...{ name: name || `Topic ${ids[head]}`, words_json: JSON.stringify(words) },
    })),
  );
  fault('topics');
  for (const [i, { assigned }] of months.entries()) {
    await insertMany(host.database, tx, 'topic_count', countsOf(assigned, ids, firstStage + i));
    const topicOf = [...ids.keys()];
    await writeAssignments(tx, assigned, { ids, topicOf, stageOf: () => firstStage + i, now });
  }
  fault('assignments');
  await keepPart(tx, FIXED, { encoder, centre: toBase64(model.centre), radius: model.radius });
  const cohesions = Object.fromEntries(ids.map((id, head) => [id, model.cohesions[head]]));
  const handed: HandedOn = { quiet: model.quiet, background: first.background, cohesions };
  await keepPart(tx, afterStage(firstStage + months.length - 1), handed);
  await readAgain(tx);
  fault('handed on');
}

function countsOf(assigned: readonly Assigned[], ids: readonly number[], stageId: number) {
  const byHead = Map.groupBy(
    assigned.filter(({ head }) => head !== null),
    ({ head }) => head as number,
  );
  return [...byHead].map(([head, own]) => {
    return { topic_id: ids[head], stage_id: stageId, papers: own.length, words_json: '[]' };
  });
}

async function nextId(tx: Kysely<Schema>, table: 'topic' | 'topic_stage'): Promise<number> {
  const { most } = await tx
    .selectFrom(table)
    .select((s) => s.fn.max<number | null>('id').as('most'))
    .executeTakeFirstOrThrow();
  return Number(most ?? 0) + 1;
}

function lastOf(papers: readonly DatedPaper[]): string {
  return papers.map(({ day }) => day).toSorted()[papers.length - 1];
}

function hashOf(papers: readonly DatedPaper[]): string {
  const hash = createHash('sha256');
  for (const { text } of papers) hash.update(text).update('\n');
  return hash.digest('hex');
}
