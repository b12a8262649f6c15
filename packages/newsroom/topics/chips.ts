import type { Host } from '../host/index.ts';
import { catalogue } from './catalogue.ts';
import type { TopicChip } from './types.ts';

/** Ids in one question to the store. */
const AT_ONCE = 500;

/** The topic of each paper; none for papers that no topic is near enough to, or that were not looked at yet. */
export async function topicsOfPapers(host: Host, paperIds: readonly number[]): Promise<Map<number, TopicChip>> {
  const chips = new Map<number, TopicChip>();
  if (paperIds.length === 0) return chips;
  const { topics, currentId } = await catalogue(host);
  for (let from = 0; from < paperIds.length; from += AT_ONCE) {
    const rows = await host.database.db
      .selectFrom('topic_assignment')
      .select(['paper_id', 'topic_id', 'probability', 'margin', 'runner_up_id', 'words_json'])
      .where('paper_id', 'in', paperIds.slice(from, from + AT_ONCE))
      .where('topic_id', 'is not', null)
      .execute();
    for (const row of rows) {
      const topic = topics.get(row.topic_id as number);
      if (!topic || topic.state === 'hidden') continue;
      const next = topics.get(currentId.get(row.runner_up_id ?? -1) ?? -1);
      const isOther = next && next.id !== topic.id && next.state !== 'hidden';
      chips.set(row.paper_id, {
        topicId: topic.id,
        name: topic.name,
        probability: row.probability,
        margin: row.margin,
        words: JSON.parse(row.words_json),
        ...(isOther ? { runnerUp: { id: next.id, name: next.name, probability: row.probability - row.margin } } : {}),
      });
    }
  }
  return chips;
}
