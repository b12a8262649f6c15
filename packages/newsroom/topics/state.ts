import type { Host } from '../host/index.ts';
import { readyToBegin } from './begin.ts';
import { catalogue } from './catalogue.ts';
import { topicStages } from './stages.ts';
import type { TopicsState } from './types.ts';

/** How topics stand on this site, for the status page and the command. */
export async function topicsState(host: Host): Promise<TopicsState> {
  const { db } = host.database;
  const { topics } = await catalogue(host);
  const states = [...topics.values()].map(({ state }) => state);
  const { papers } = await db
    .selectFrom('paper')
    .select((s) => s.fn.countAll<number>().as('papers'))
    .executeTakeFirstOrThrow();
  const { looked, assigned } = await db
    .selectFrom('topic_assignment')
    .select((s) => [s.fn.countAll<number>().as('looked'), s.fn.count<number>('topic_id').as('assigned')])
    .executeTakeFirstOrThrow();
  const [newest] = await topicStages(host, { limit: 1 });
  const row = await db.selectFrom('topic_stage').select('model').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return {
    topics: topics.size,
    active: states.filter((state) => state === 'active').length,
    dormant: states.filter((state) => state === 'dormant').length,
    assigned: Number(assigned),
    apart: Number(looked) - Number(assigned),
    waiting: Number(papers) - Number(looked),
    newest,
    model: row?.model,
    ...(newest ? {} : { start: await readyToBegin(host) }),
  };
}
