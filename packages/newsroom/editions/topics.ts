import type { Host } from '../host/index.ts';
import { filedTopic, topicsOfPapers } from '../topics/index.ts';
import type { FeedEntry, FeedQuery } from './types.ts';

/** A query whose topic is the one that is in force: saved searches and subscriptions outlive what was merged. */
export async function withCurrentTopic(host: Host, query: FeedQuery): Promise<FeedQuery> {
  const { topic } = query.filters;
  if (topic === undefined) return query;
  const current = await filedTopic(host, topic);
  return current === undefined || current.id === topic
    ? query
    : { ...query, filters: { ...query.filters, topic: current.id } };
}

/** Entries with the topic that each was filed under. */
export async function withTopics(host: Host, entries: FeedEntry[]): Promise<FeedEntry[]> {
  if (entries.length === 0) return entries;
  const chips = await topicsOfPapers(
    host,
    entries.map((entry) => entry.id),
  );
  if (chips.size === 0) return entries;
  return entries.map((entry) => {
    const chip = chips.get(entry.id);
    return chip ? { ...entry, topic: { id: chip.topicId, name: chip.name, probability: chip.probability } } : entry;
  });
}
