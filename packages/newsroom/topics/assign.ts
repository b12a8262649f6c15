import { bumpSequence, type Schema, transaction } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { plainText } from '../papers/index.ts';
import { houseEncoder } from '../search/encoders/house.ts';
import { type KeptModel, keepPart, loadModel, newestStage } from './model-store.ts';
import { type Assigned, assignPapers, type StagePaper } from './stage-work.ts';

/** Papers in one turn: some 20 ms on the thread that serves pages. */
const AT_ONCE = 60;
/** How far papers were read, by the sequence of changes. */
const READ = 'read';

/**
 * Gives papers that came since, or whose abstract did, their topic. Stopped or killed, it goes on where it was.
 * @returns how many papers were looked at
 */
export async function assignWaiting(
  host: Host,
  { signal, atMost = Number.POSITIVE_INFINITY }: { signal?: AbortSignal; atMost?: number } = {},
): Promise<number> {
  const { db } = host.database;
  let kept: KeptModel | undefined;
  let done = 0;
  while (done < atMost && !signal?.aborted) {
    const rows = await waitingPapers(db, await readUpTo(db));
    if (rows.length === 0) break;
    // Loaded when there is something to do: a tick on a quiet site costs one question.
    kept ??= await loadModel(db);
    if (!kept) return 0;
    const { encode } = await houseEncoder();
    const papers = rows
      .filter(({ known, had_abstract, abstract }) => known === null || (had_abstract === 0 && abstract))
      .map(paperOf);
    const vectors = await encode(papers.map(({ text }) => text));
    const of = new Map(papers.map(({ text }, i) => [text, vectors[i]]));
    const assigned = assignPapers(kept, papers, (text) => of.get(text) ?? []);
    const last = rows[rows.length - 1];
    if (!(await store(host, kept, assigned, { seq: last.changed_seq, id: last.id }))) kept = undefined;
    else done += papers.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (done > 0) await host.contentChanged();
  return done;
}

/** Nothing is stored when a stage came between: the model is read again then. */
function store(host: Host, kept: KeptModel, assigned: Assigned[], read: ReadUpTo): Promise<boolean> {
  return transaction(host.database, async (tx) => {
    if ((await newestStage(tx))?.id !== kept.stageId) return false;
    await writeAssignments(tx, assigned, { ...kept, stageOf: () => null, now: host.now() });
    await keepPart(tx, READ, read);
    if (assigned.length > 0) await bumpSequence(tx, 'change');
    return true;
  });
}

interface ReadUpTo {
  seq: number;
  id: number;
}

async function readUpTo(db: Kysely<Schema>): Promise<ReadUpTo> {
  const row = await db.selectFrom('topic_model').select('value_json').where('name', '=', READ).executeTakeFirst();
  return row ? (JSON.parse(row.value_json) as ReadUpTo) : { seq: -1, id: 0 };
}

/** Begins anew: what has its topic is passed over quickly. */
export async function readAgain(db: Kysely<Schema>): Promise<void> {
  await db.deleteFrom('topic_model').where('name', '=', READ).execute();
}

function waitingPapers(db: Kysely<Schema>, { seq, id }: ReadUpTo) {
  return db
    .selectFrom('paper as p')
    .leftJoin('topic_assignment as a', 'a.paper_id', 'p.id')
    .select(['p.id', 'p.title', 'p.abstract', 'p.changed_seq', 'a.paper_id as known', 'a.had_abstract'])
    .where((w) => w.or([w('p.changed_seq', '>', seq), w.and([w('p.changed_seq', '=', seq), w('p.id', '>', id)])]))
    .where((w) =>
      w.or([w('a.paper_id', 'is', null), w.and([w('a.had_abstract', '=', 0), w('p.abstract', 'is not', null)])]),
    )
    .orderBy('p.changed_seq')
    .orderBy('p.id')
    .limit(AT_ONCE)
    .execute();
}

export function paperOf(row: { id: number; title: string; abstract: string | null }): StagePaper {
  const abstract = plainText(row.abstract ?? '');
  return { id: row.id, text: `${plainText(row.title)}. ${abstract}`, hasAbstract: abstract !== '' };
}

/** Writes where papers belong, over what was there. */
export async function writeAssignments(
  db: Kysely<Schema>,
  assigned: readonly Assigned[],
  {
    ids,
    topicOf,
    stageOf,
    now,
  }: { ids: readonly number[]; topicOf: readonly number[]; stageOf: (paperId: number) => number | null; now: number },
): Promise<void> {
  const placeOf = ({ probability, margin, runnerUp }: Assigned, head: number) => ({
    ...{ head_id: ids[head], topic_id: ids[topicOf[head]], probability, margin },
    runner_up_id: runnerUp === null ? null : ids[runnerUp],
  });
  for (let from = 0; from < assigned.length; from += ROWS)
    await db
      .insertInto('topic_assignment')
      .values(
        assigned.slice(from, from + ROWS).map((one) => ({
          ...{ paper_id: one.paperId, words_json: JSON.stringify(one.words) },
          ...(one.head === null ? APART : placeOf(one, one.head)),
          ...{ had_abstract: one.hasAbstract ? 1 : 0, stage_id: stageOf(one.paperId), assigned_at: now },
        })),
      )
      .onConflict((c) =>
        c.column('paper_id').doUpdateSet((e) => ({
          head_id: e.ref('excluded.head_id'),
          topic_id: e.ref('excluded.topic_id'),
          runner_up_id: e.ref('excluded.runner_up_id'),
          probability: e.ref('excluded.probability'),
          margin: e.ref('excluded.margin'),
          words_json: e.ref('excluded.words_json'),
          had_abstract: e.ref('excluded.had_abstract'),
          stage_id: e.ref('excluded.stage_id'),
          assigned_at: e.ref('excluded.assigned_at'),
        })),
      )
      .execute();
}

/** Near no topic: there is nothing to say of how near. */
export const APART = { head_id: null, topic_id: null, probability: 0, margin: 0, runner_up_id: null };

/** Rows in one statement: SQLite takes 32,766 values. */
const ROWS = 400;
