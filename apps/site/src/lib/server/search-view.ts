import type { Feed, FeedFilters, SearchMode } from '@broadsheet/newsroom/editions';
import { searchAddress } from '@broadsheet/newsroom/search';

/** A choice that a link makes or takes back. */
export interface Choice {
  label: string;
  href: string;
  isOn: boolean;
  count?: number;
}

/** As many categories as fit beside the results; the others are reached by narrowing. */
const CATEGORIES = 8;
const TOPICS = 6;
const MANY_VOTES = 10;
const MODES: { label: string; value: SearchMode }[] = [
  { label: 'words, with meaning', value: 'hybrid' },
  { label: 'words alone', value: 'keyword' },
  { label: 'meaning alone', value: 'semantic' },
];

/** What stands beside the papers of a search: how they may be ordered and narrowed, each as a link. */
export function searchView(feed: Feed) {
  const { search, query } = feed;
  if (!search || !query.filters.text?.trim()) return undefined;
  // Also of a saved search, whose own address does not say what it asks.
  const url = new URL(searchAddress(query), 'http://here');
  const { filters, order } = query;
  const orders = [
    { label: 'best first', value: 'top' },
    { label: 'newest', value: 'newest' },
    { label: 'most votes', value: 'votes' },
  ].map(({ label, value }) => ({
    label,
    isOn: order === value,
    href: addressOf(url, { order: value === 'top' ? undefined : value }),
  }));
  return {
    summary: summaryOf(feed),
    orders,
    groups: [
      { title: 'Category', choices: categoryChoices(url, filters, search.facets) },
      { title: 'Year', choices: yearChoices(url, filters, search.facets) },
      { title: 'Topic', choices: topicChoices(url, filters, search.facets) },
      { title: 'Only', choices: markChoices(url, filters, search.facets) },
      { title: 'Found by', choices: modeChoices(url, feed) },
    ].filter((group) => group.choices.length > 0),
    meant: search.meant,
    query: url.search.slice(1),
    isSaved: query.name !== undefined,
  };
}

function summaryOf({ total = 0, search, query }: Feed): string {
  if (query.mode === 'semantic' && search?.hasMeaning && total > 0)
    return `The ${total.toLocaleString('en')} nearest in meaning.`;
  if (!search?.hasAll) return '';
  const least = search.isCut ? 'At least ' : '';
  const papers = total === 1 && !least ? 'One paper has' : `${least}${total.toLocaleString('en')} papers have`;
  return /\s/.test((query.filters.text ?? '').trim()) ? `${papers} all of these words.` : `${papers} it.`;
}

type Facets = NonNullable<Feed['search']>['facets'];

function categoryChoices(url: URL, { category }: FeedFilters, facets: Facets): Choice[] {
  if (category) return [{ label: category, isOn: true, href: addressOf(url, { category: undefined }) }];
  return (facets?.categories ?? []).slice(0, CATEGORIES).map(({ name, count }) => ({
    label: name,
    count,
    isOn: false,
    href: addressOf(url, { category: name }),
  }));
}

function topicChoices(url: URL, { topic }: FeedFilters, facets: Facets): Choice[] {
  const found = facets?.topics ?? [];
  if (topic !== undefined) {
    const label = found.find(({ id }) => id === topic)?.name ?? `topic ${topic}`;
    return [{ label, isOn: true, href: addressOf(url, { topic: undefined }) }];
  }
  return found.slice(0, TOPICS).map(({ id, name, count }) => ({
    label: name,
    count,
    isOn: false,
    href: addressOf(url, { topic: String(id) }),
  }));
}

function yearChoices(url: URL, { from, until }: FeedFilters, facets: Facets): Choice[] {
  if (from || until) {
    const isYear = from?.endsWith('-01-01') && until === `${from.slice(0, 4)}-12-31`;
    const label = isYear ? (from as string).slice(0, 4) : `${from ?? '…'} to ${until ?? '…'}`;
    return [{ label, isOn: true, href: addressOf(url, { from: undefined, until: undefined }) }];
  }
  const years = facets?.years ?? [];
  // One year alone narrows nothing.
  if (years.length < 2) return [];
  return years.slice(0, CATEGORIES).map(({ name, count }) => ({
    label: name,
    count,
    isOn: false,
    href: addressOf(url, { from: `${name}-01-01`, until: `${name}-12-31` }),
  }));
}

function markChoices(url: URL, { hasCode, hasExperiment, minVotes }: FeedFilters, facets: Facets): Choice[] {
  const has = (value: string, isOn: boolean) => {
    const others = url.searchParams.getAll('has').filter((h) => h !== value);
    return addressOf(url, { has: isOn ? others : [...others, value] });
  };
  const choices: Choice[] = [];
  if (hasCode || facets?.withCode)
    choices.push({
      label: 'with code',
      isOn: hasCode === true,
      count: facets?.withCode,
      href: has('code', hasCode === true),
    });
  if (hasExperiment || facets?.withExperiment)
    choices.push({
      label: 'runs here',
      isOn: hasExperiment === true,
      count: facets?.withExperiment,
      href: has('experiment', hasExperiment === true),
    });
  const votes = minVotes ?? MANY_VOTES;
  choices.push({
    label: `${votes} votes or more`,
    isOn: minVotes !== undefined,
    href: addressOf(url, { votes: minVotes === undefined ? String(votes) : undefined }),
  });
  return choices;
}

/** How papers are found; no choice where there is nothing but words. */
function modeChoices(url: URL, { query, search }: Feed): Choice[] {
  const mode: SearchMode = query.mode ?? 'hybrid';
  if (!search?.hasMeaning && mode !== 'semantic') return [];
  return MODES.map(({ label, value }) => ({
    label,
    isOn: mode === value,
    href: addressOf(url, { mode: value === 'hybrid' ? undefined : value }),
  }));
}

/** The address of the same search with some of its parameters changed, on its first page. */
function addressOf(url: URL, changes: Record<string, string | string[] | undefined>): string {
  const params = new URLSearchParams(url.searchParams);
  params.delete('cursor');
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    for (const one of value === undefined ? [] : [value].flat()) params.append(name, one);
  }
  return `/papers?${params}`;
}
