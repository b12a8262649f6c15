import { bumpSequence, type Schema, type TopicActionKind, transaction } from '@broadsheet/database';
import type { Kysely, Selectable } from 'kysely';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';
import { fileUnder } from './actions.ts';
import { currentIds } from './catalogue.ts';
import type { ActionOutcome } from './types.ts';

type TopicRow = Selectable<Schema['topic']>;
type ActionRow = Selectable<Schema['topic_action']>;
/** A sentence why not, or what is to be written down. */
type Change = { refused: string } | { topicId: number; kind: TopicActionKind; detail: Record<string, unknown> };

const LONGEST_NAME = 80;

/** Names a topic for good: later stages go on finding words, but the name stays the editor's. */
export function renameTopic(
  host: Host,
  { topicId, name, readerId }: { topicId: number; name: string; readerId: number },
): Promise<ActionOutcome> {
  return act(host, readerId, async (db) => {
    const wanted = name.replace(/[\p{Cc}\s]+/gu, ' ').trim();
    if (wanted === '' || wanted.length > LONGEST_NAME)
      return { refused: `A name has 1 to ${LONGEST_NAME} characters; this one has ${wanted.length}.` };
    const topic = await currentTopic(db, topicId);
    if ('refused' in topic) return topic;
    await db.updateTable('topic').set({ name_by_editor: wanted }).where('id', '=', topicId).execute();
    return { topicId, kind: 'rename', detail: { from: topic.name_by_editor, to: wanted } };
  });
}

/** Files a topic under another. Its id goes on leading there, and what its head wins from now on is filed there too. */
export function mergeTopics(
  host: Host,
  { topicId, into, readerId }: { topicId: number; into: number; readerId: number },
): Promise<ActionOutcome> {
  return act(host, readerId, async (db) => {
    if (topicId === into) return { refused: `Topic ${topicId} cannot be filed under itself.` };
    for (const id of [topicId, into]) {
      const topic = await currentTopic(db, id);
      if ('refused' in topic) return topic;
    }
    await fileUnder(db, await headsOf(db, topicId), into);
    await db.updateTable('topic').set({ merged_into: into }).where('id', '=', topicId).execute();
    return { topicId, kind: 'merge', detail: { into } };
  });
}

/** Takes a topic off lists and papers; stages go on recognising it. */
export function hideTopic(
  host: Host,
  { topicId, readerId }: { topicId: number; readerId: number },
): Promise<ActionOutcome> {
  return act(host, readerId, async (db) => {
    const topic = await currentTopic(db, topicId);
    if ('refused' in topic) return topic;
    if (topic.hidden_at !== null) return { refused: `Topic ${topicId} is hidden already.` };
    await db.updateTable('topic').set({ hidden_at: host.now() }).where('id', '=', topicId).execute();
    return { topicId, kind: 'hide', detail: {} };
  });
}

/** Takes back what an editor did, unless something later stands on it. */
export async function undoTopicAction(
  host: Host,
  { actionId, readerId }: { actionId: number; readerId: number },
): Promise<ActionOutcome> {
  const outcome = await transaction(host.database, async (db): Promise<ActionOutcome> => {
    const action = await db.selectFrom('topic_action').selectAll().where('id', '=', actionId).executeTakeFirst();
    if (!action) return { refused: `There is no action ${actionId} on topics.` };
    if (action.undone_at !== null) return { refused: `Action ${actionId} was undone before.` };
    const why = await UNDO[action.kind](db, action, JSON.parse(action.detail_json));
    if (why) return { refused: why };
    await db.updateTable('topic_action').set({ undone_at: host.now() }).where('id', '=', actionId).execute();
    await logged(db, host.now(), readerId, { ...action, verb: `undo-${action.kind}`, detail: { action: actionId } });
    return { actionId };
  });
  await host.contentChanged();
  return outcome;
}

type Undo = (db: Kysely<Schema>, action: ActionRow, detail: Record<string, unknown>) => Promise<string | undefined>;

const UNDO: Record<TopicActionKind, Undo> = {
  async rename(db, { topic_id }, { from, to }) {
    const topic = await topicRow(db, topic_id);
    if (topic?.name_by_editor !== to) return `Topic ${topic_id} was renamed again since; undo that first.`;
    const before = typeof from === 'string' ? from : null;
    await db.updateTable('topic').set({ name_by_editor: before }).where('id', '=', topic_id).execute();
    return undefined;
  },
  async merge(db, { topic_id }, { into }) {
    const topic = await topicRow(db, topic_id);
    if (topic?.merged_into !== into) return `Topic ${topic_id} is no longer filed under ${into}.`;
    await db.updateTable('topic').set({ merged_into: null }).where('id', '=', topic_id).execute();
    await fileUnder(db, await headsOf(db, topic_id), topic_id);
    return undefined;
  },
  /** The half that was split off keeps its id and its head; both lead back to where it came from. */
  async split(db, { topic_id }, { newId }) {
    const part = await topicRow(db, Number(newId));
    if (!part || part.merged_into !== null) return `Topic ${newId} is filed under another by now; undo that first.`;
    const home = currentIds(await idRows(db)).get(topic_id) ?? topic_id;
    if (home === part.id) return `Topic ${topic_id} is filed under ${newId} by now; undo that first.`;
    await fileUnder(db, await headsOf(db, part.id), home);
    await db.updateTable('topic').set({ merged_into: home }).where('id', '=', part.id).execute();
    return undefined;
  },
  async hide(db, { topic_id }) {
    await db.updateTable('topic').set({ hidden_at: null }).where('id', '=', topic_id).execute();
    return undefined;
  },
};

/** Does one thing, writes it down for the page and for the log, and shows it; all in one transaction. */
export async function act(
  host: Host,
  readerId: number,
  change: (db: Kysely<Schema>) => Promise<Change>,
): Promise<ActionOutcome> {
  const outcome = await transaction(host.database, async (db): Promise<ActionOutcome> => {
    const made = await change(db);
    if ('refused' in made) return made;
    const { topicId, kind, detail } = made;
    const { id } = await db
      .insertInto('topic_action')
      .values({ topic_id: topicId, kind, detail_json: JSON.stringify(detail), reader_id: readerId, at: host.now() })
      .returning('id')
      .executeTakeFirstOrThrow();
    await logged(db, host.now(), readerId, { topic_id: topicId, verb: kind, detail });
    return { actionId: id };
  });
  await host.contentChanged();
  return outcome;
}

async function logged(
  db: Kysely<Schema>,
  now: number,
  actorId: number,
  { topic_id, verb, detail }: { topic_id: number; verb: string; detail: Record<string, unknown> },
): Promise<void> {
  await audit(db, { actorId, action: `topic.${verb}`, subject: `topic ${topic_id}`, detail }, now);
  await bumpSequence(db, 'change');
}

/** A topic that is filed under no other, or why there is none. */
export async function currentTopic(db: Kysely<Schema>, id: number): Promise<TopicRow | { refused: string }> {
  const topic = await topicRow(db, id);
  if (!topic || topic.withdrawn_at !== null) return { refused: `There is no topic ${id}.` };
  if (topic.merged_into !== null) return { refused: `Topic ${id} is filed under ${topic.merged_into}; take that one.` };
  return topic;
}

function topicRow(db: Kysely<Schema>, id: number): Promise<TopicRow | undefined> {
  return db.selectFrom('topic').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The topic's own head and those of every topic filed under it, directly or not. */
export async function headsOf(db: Kysely<Schema>, topicId: number): Promise<number[]> {
  return [...currentIds(await idRows(db))].flatMap(([id, current]) => (current === topicId ? [id] : []));
}

function idRows(db: Kysely<Schema>) {
  return db.selectFrom('topic').select(['id', 'merged_into']).orderBy('id').execute();
}
