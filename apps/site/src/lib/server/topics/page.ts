import type { Acting } from '@broadsheet/newsroom/accounts';
import { CursorError, type FeedEntry, resolveFeed } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { loadSearchOrFeed } from '@broadsheet/newsroom/search';
import { findTopic, type Topic } from '@broadsheet/newsroom/topics';
import { error, redirect } from '@sveltejs/kit';
import { asWanted } from '../as-wanted.ts';
import { viewerOf } from '../discussion-view.ts';
import { pageOf } from '../feed-page.ts';
import { drawRidge, marksOf, placesOf } from './ridge.ts';
import { growthWords, papersWord, percent, stageName } from './words.ts';

const WORDS = 10;

/** A topic by its address; a merged one leads to where it is filed today, a hidden one is there for editors only. */
export async function topicAt(id: number, acting: Acting, beyond = ''): Promise<Topic> {
  const topic = await findTopic(currentHost(), id);
  if (topic && 'movedTo' in topic) redirect(308, `/topics/${topic.movedTo}${beyond}`);
  if (!topic || (topic.state === 'hidden' && !viewerOf(acting).isEditor))
    error(404, 'This topic is not here', {
      detail: 'It may have been hidden by an editor. All that are shown are at /topics.',
    });
  return topic;
}

/** Everything that the page of one topic shows: its papers as a feed, and what is known of it. */
export async function loadTopicPage(id: number, url: URL, acting: Acting, isRead: boolean) {
  const host = currentHost();
  const topic = await topicAt(id, acting, url.search);
  const asked = resolveFeed(`/topics/${id}`, url.searchParams);
  if (asked?.kind === 'problem') error(asked.status, asked.title, { detail: asked.detail });
  if (asked?.kind !== 'feed') error(404);
  const { cursor } = asked;
  const feed = await loadSearchOrFeed(host, asked.query, { cursor, readerId: viewerOf(acting).readerId }).catch(
    (cause) => {
      if (cause instanceof CursorError) error(400, 'This page is gone', { detail: cause.message });
      throw cause;
    },
  );
  const wanted = await asWanted(host, feed, acting, { isRead });
  return {
    feed: await pageOf(host, { ...wanted.feed, entries: wanted.feed.entries.map(withoutTopic) }, url),
    leftOut: wanted.leftOut,
    orders: ordersOf(url, asked.query.order),
    isEditor: viewerOf(acting).isEditor === true,
    topic: {
      id,
      name: topic.name,
      state: topic.state,
      isNew: topic.isNew,
      words: topic.words.slice(0, WORDS),
      facts: factsOf(topic),
      born: bornWords(topic),
      mergedHere: topic.mergedHere,
      neighbours: topic.neighbours.map((n) => ({ ...n, cosine: n.cosine.toFixed(2) })),
      names: topic.names.map((n) => ({ ...n, since: stageName({ kind: 'month', fromDay: n.fromDay }) })).toReversed(),
      nameByEditor: topic.nameByEditor,
      time: timeOf(topic),
    },
  };
}

/** Here every row would say the same. */
function withoutTopic({ topic: _topic, ...entry }: FeedEntry): FeedEntry {
  return entry;
}

const ORDERS = [
  { value: 'newest', label: 'newest' },
  { value: 'top', label: 'most votes' },
  { value: 'trending', label: 'trending' },
] as const;

function ordersOf(url: URL, order: string) {
  return ORDERS.map(({ value, label }) => {
    const params = new URLSearchParams(url.searchParams);
    params.delete('cursor');
    params.delete('order');
    if (value !== 'newest') params.set('order', value);
    return { label, isOn: value === order, href: `${url.pathname}${params.size > 0 ? `?${params}` : ''}` };
  });
}

function factsOf({ papers, share, growth, state, history }: Topic): string {
  const stage = history.at(-1);
  const facts = [`${papersWord(papers)} here`];
  if (stage && state === 'active')
    facts.push(
      `${percent(share)} of those of ${stageName(stage)}`,
      `${growthWords({ growth })} ${growth < 0 ? 'of ' : ''}its share of the nine months before`,
    );
  if (state === 'dormant') facts.push('dormant: nothing came to it for eight stages');
  if (state === 'hidden') facts.push('hidden: only editors see this page');
  return facts.join(' · ');
}

/** When and from what it was born. */
function bornWords({ bornFrom, history, bornOn }: Topic): {
  text: string;
  lead?: string;
  nearest?: { id: number; name: string };
  cosine?: string;
} {
  const stage = history[0] ?? { kind: 'month' as const, fromDay: bornOn };
  if (!bornFrom) return { text: `One of the topics that the papers of ${stageName(stage)} were first sorted into.` };
  const { papers, nearest, cosine, statistic, isWithin } = bornFrom;
  // Before the first topics there was nothing to be near to; what another was near to may be gone.
  if (cosine === undefined)
    return {
      text: `One of the first topics, which all early papers were sorted into; ${papersWord(papers)} of them are in it.`,
    };
  if (isWithin)
    return {
      // An editor's split has no figure.
      text:
        statistic > 0
          ? `Split off in ${stageName(stage)}: ${papersWord(papers)} that lay closer together than in the weeks before (z\u00a0=\u00a0${statistic.toFixed(1)}).`
          : `Split off by an editor: ${papersWord(papers)}.`,
      lead: 'Most of them were in',
      nearest,
      cosine: cosine.toFixed(2),
    };
  return {
    text: `Born in ${stageName(stage)} from ${papersWord(papers)} that were far from every topic there was (z\u00a0=\u00a0${statistic.toFixed(1)}).`,
    lead: 'Nearest then',
    nearest,
    cosine: cosine.toFixed(2),
  };
}

/** Its share over time, drawn and as a table. */
function timeOf({ history, name }: Topic) {
  if (history.length < 2) return undefined;
  const most = Math.max(...history.map((h) => h.share));
  const peak = history.find((h) => h.share === most) ?? history[0];
  const places = placesOf(history);
  return {
    picture: drawRidge(
      history.map((h, i) => ({ at: places[i], share: h.share })),
      most,
    ),
    marks: marksOf(history),
    finding: `Share of all papers, at most ${percent(most)} (${stageName(peak)}).`,
    label: `Papers of ${name} by stage`,
    rows: history
      .map((h) => ({ id: h.stageId, name: stageName(h), papers: h.papers, share: percent(h.share) }))
      .toReversed(),
  };
}
