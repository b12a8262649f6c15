import type { Host } from '../host/index.ts';
import type { Shared, SharedSign } from './similar-signs.ts';
import { topicGroups } from './topic-groups.ts';

/**
 * The topic that both are filed under. Little, and only of papers that words or meaning brought up: topics are found in
 * the same vectors, so that they mostly say again what those have said. Not measured by itself.
 */
export const sharedTopic: SharedSign = {
  weight: 0.1,
  of: byTopic,
};

async function byTopic(host: Host, paperId: number, candidates: readonly number[]): Promise<Map<number, Shared>> {
  const groups = await topicGroups(host);
  const topic = groups.of(paperId);
  if (topic === undefined) return new Map();
  const [named] = groups.named([{ id: topic, count: 1 }]);
  // A topic that editors hide is no sign either.
  if (!named) return new Map();
  const words = `of the topic “${named.name}” too`;
  return new Map(candidates.filter((id) => groups.of(id) === topic).map((id) => [id, { share: 1, words }]));
}
