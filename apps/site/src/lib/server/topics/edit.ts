import type { Acting } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { listTopics, type TopicActionView, topicActions, topicNames } from '@broadsheet/newsroom/topics';
import { topicAt } from './page.ts';
import { papersWord } from './words.ts';

/** Beyond them a select is no help; whoever wants another topic still may type its number into the address. */
const MOST_CHOICES = 1_000;
const MOST_ACTIONS = 500;

/** What an editor may do with a topic, and what was done with it and with those filed under it. */
export async function loadTopicEdit(id: number, acting: Acting) {
  const host = currentHost();
  const topic = await topicAt(id, acting, '/edit');
  const [all, done, names] = await Promise.all([
    listTopics(host, { sort: 'name', includeDormant: true, limit: MOST_CHOICES }),
    topicActions(host, { limit: MOST_ACTIONS }),
    topicNames(host),
  ]);
  const mine = new Set([id, ...topic.mergedHere.map((other) => other.id)]);
  return {
    now: host.now(),
    topic: { id, name: topic.name, state: topic.state, words: topic.words, papers: papersWord(topic.papers) },
    neighbours: topic.neighbours.map(({ id, name }) => ({ id, name })),
    others: all.topics.filter((other) => other.id !== id).map(({ id, name }) => ({ id, name })),
    done: done.filter((action) => mine.has(action.topicId)).map((action) => ({ ...action, text: said(action, names) })),
  };
}

/** 'renamed to “Video diffusion”', 'filed no. 12 under no. 7, Video diffusion' */
export function said({ kind, topicId, detail }: TopicActionView, names: ReadonlyMap<number, string>): string {
  switch (kind) {
    case 'rename':
      return `named no. ${topicId} “${detail.to}”`;
    case 'merge':
      return `filed no. ${topicId} under no. ${detail.into}, ${names.get(Number(detail.into)) ?? 'which is gone'}`;
    case 'split':
      return `split no. ${detail.newId} off no. ${topicId}`;
    case 'hide':
      return `hid no. ${topicId}`;
  }
}
