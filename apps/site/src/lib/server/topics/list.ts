import type { Host } from '@broadsheet/newsroom/host';
import { listTopics, type TopicSummary } from '@broadsheet/newsroom/topics';
import { papersWord } from './words.ts';

export const TOPIC_SORTS = [
  { value: 'largest', label: 'largest' },
  { value: 'new', label: 'new' },
  { value: 'growing', label: 'growing' },
  { value: 'fading', label: 'fading' },
  { value: 'name', label: 'by name' },
] as const;
export type TopicSort = (typeof TOPIC_SORTS)[number]['value'];

const PAGE = 60;
/** Under the overview: a taste of them, three columns of eight. */
const BENEATH = 24;
const MOST_DORMANT = 200;
const MAX_TEXT_CHARS = 100;

/** The list of topics as an address asks for it: `q`, `sort`, `after`. What it does not understand it leaves out. */
export async function loadTopicList(host: Host, params: URLSearchParams) {
  const text = (params.get('q') ?? '').trim().slice(0, MAX_TEXT_CHARS);
  const sort = TOPIC_SORTS.find(({ value }) => value === params.get('sort'))?.value ?? 'largest';
  const after = /^\d{1,9}$/.exec(params.get('after') ?? '')?.[0];
  const asked = { sort, text: text || undefined };
  /** Whether somebody asked for the list and not for the overview above it. */
  const isAsked = text !== '' || params.has('sort') || after !== undefined;
  const { topics, next, total } = await listTopics(host, {
    ...asked,
    limit: isAsked ? PAGE : BENEATH,
    after: after === undefined ? undefined : Number(after),
  });
  const all =
    after === undefined
      ? await listTopics(host, { ...asked, includeDormant: true, limit: Number.POSITIVE_INFINITY })
      : { topics: [] };
  const dormant = all.topics.filter((topic) => topic.state === 'dormant');
  return {
    text,
    sort,
    isAsked,
    topics: topics.map(row),
    total,
    next: next === undefined ? undefined : addressWith(text, sort, String(next)),
    sorts: TOPIC_SORTS.map(({ value, label }) => ({ label, isOn: value === sort, href: addressWith(text, value) })),
    dormant: dormant.slice(0, MOST_DORMANT).map(row),
    dormantInAll: dormant.length,
  };
}

function row({ id, name, words, papers }: TopicSummary) {
  return { id, name, words: words.slice(0, 5).join(', '), papers: papersWord(papers) };
}

function addressWith(text: string, sort: TopicSort, after?: string): string {
  const params = new URLSearchParams({ ...(text ? { q: text } : {}), sort, ...(after ? { after } : {}) });
  return `/topics?${params}#all`;
}
