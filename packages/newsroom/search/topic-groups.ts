import { type Host, perVersion } from '../host/index.ts';
import { listTopics } from '../topics/index.ts';

/** The topics of all papers, as a search needs them: to narrow by one, and to count what it found by them. */
export interface TopicGroups {
  /** The topic that a paper is filed under. */
  of(paperId: number): number | undefined;
  /** Counts with the names of the topics that are shown. */
  named(counts: { id: number; count: number }[]): { id: number; name: string; count: number }[];
}

interface Followed {
  topicOf: Map<number, number>;
  /** What stages and editors had done when all was read. */
  version: string;
  /** The newest assignment that was read, and when that was. */
  assignedAt: number;
  readAt: number;
}

/** No batch is being written for longer: of an instant that lies so far back when it is read, all was there. */
const SETTLED_MS = 60_000;

const followed = new WeakMap<Host, Followed>();

/**
 * Follows the store: assignments that are new are added, and after a stage or an editor's action all are read again.
 * Held beside the index and not in it, since a stage moves many papers whose words stay as they are.
 */
export async function topicGroups(host: Host): Promise<TopicGroups> {
  const { topicOf } = await perVersion(host, 'topics of all papers', () => follow(host));
  const { names } = await shownTopics(host);
  return {
    of: (paperId) => topicOf.get(paperId),
    named: (counts) =>
      counts.flatMap(({ id, count }) => {
        const name = names.get(id);
        return name === undefined ? [] : [{ id, name, count }];
      }),
  };
}

/** The topics that readers see, by their ids, and their ids by their names in small letters. */
export function shownTopics(host: Host): Promise<{ names: Map<number, string>; named: Map<string, number> }> {
  return perVersion(host, 'names of the topics shown', async () => {
    const { topics } = await listTopics(host, { includeDormant: true, limit: Number.POSITIVE_INFINITY });
    return {
      names: new Map(topics.map(({ id, name }) => [id, name])),
      // Of two with one name the larger, which comes first.
      named: new Map(topics.toReversed().map(({ id, name }) => [name.toLowerCase(), id])),
    };
  });
}

async function follow(host: Host): Promise<Followed> {
  const { db } = host.database;
  const [stages, actions] = await Promise.all([
    db
      .selectFrom('topic_stage')
      .select((s) => [s.fn.countAll<number>().as('count'), s.fn.max('id').as('id'), s.fn.max('finished_at').as('at')])
      .select((s) => s.fn.count<number>(s.case().when('state', '=', 'rolled-back').then(1).end()).as('undone'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('topic_action')
      .select((s) => [s.fn.max('id').as('id'), s.fn.count<number>('undone_at').as('undone')])
      .executeTakeFirstOrThrow(),
  ]);
  const version = JSON.stringify([stages, actions]);
  const before = followed.get(host);
  const isSame = before?.version === version;
  const topicOf = isSame ? before.topicOf : new Map<number, number>();
  let assignedAt = isSame ? before.assignedAt : 0;
  // The same instant again, where a batch may have been half written when it was read.
  const isSettled = isSame && before.readAt - before.assignedAt > SETTLED_MS;
  const rows = await db
    .selectFrom('topic_assignment')
    .select(['paper_id', 'topic_id', 'assigned_at'])
    .where('assigned_at', isSettled ? '>' : '>=', assignedAt)
    .execute();
  for (const row of rows) {
    if (row.topic_id === null) topicOf.delete(row.paper_id);
    else topicOf.set(row.paper_id, row.topic_id);
    assignedAt = Math.max(assignedAt, row.assigned_at);
  }
  const now = { topicOf, version, assignedAt, readAt: host.now() };
  followed.set(host, now);
  return now;
}
