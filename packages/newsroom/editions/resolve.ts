import { parseCategories } from '@broadsheet/search-index';
import { addressOf } from './address.ts';
import { isDay, monthSpan, weekSpan } from './calendar.ts';
import type { FeedFilters, FeedQuery } from './types.ts';

/** The ways to render a feed besides its page, by the suffix of the address. Longest first: `.csl.json` ends in `.json`. */
export const SUFFIXES = ['csl.json', 'feed.json', 'json', 'rss', 'atom', 'md', 'bib', 'ris'] as const;
export type Suffix = (typeof SUFFIXES)[number];

export type Resolved =
  | {
      kind: 'feed';
      query: FeedQuery;
      suffix?: Suffix /** Its one address, without suffix or cursor. */;
      address: string;
      cursor?: string;
    }
  | { kind: 'redirect'; to: string }
  | { kind: 'problem'; status: 400; title: string; detail: string };

/** Longest question that is searched for; longer ones are pasted by mistake. */
export const MAX_QUERY_CHARS = 250;

/**
 * The one place where an address becomes a feed: pages, renderings and the API all ask here.
 * @param pathname decoded path, with or without a rendering's suffix
 * @returns undefined when the address is no feed's.
 */
export function resolveFeed(pathname: string, params: URLSearchParams): Resolved | undefined {
  const suffix = SUFFIXES.find((s) => pathname.endsWith(`.${s}`));
  const path = suffix ? pathname.slice(0, -suffix.length - 1) : pathname;
  // No name of ours has control characters, and PostgreSQL refuses to be asked for them.
  if (CONTROL.test(path)) return undefined;
  const found = byPath(path === '/index' ? '/' : path, params);
  if (!found || 'kind' in found) return found;
  const filters = readFilters(params, found.filters);
  if ('kind' in filters) return filters;
  const mode = readMode(params, filters);
  if (typeof mode === 'object') return mode;
  const order = params.get('order') ?? found.order;
  if (order !== 'top' && order !== 'trending' && order !== 'newest' && order !== 'votes') {
    return problem('Unknown order', `order is "${order}"; send top, trending, newest or (in a search) votes.`);
  }
  const isFound = filters.text !== undefined || filters.similarTo !== undefined;
  if (order === 'votes' && !isFound) {
    return problem('No such order', 'Only what a search finds is ordered by votes; send order=top for another list.');
  }
  if (order === 'trending' && isFound) {
    return problem(
      'No such order',
      'What is found comes in the order of how well it fits; send order=newest or order=votes for another.',
    );
  }
  if (order === 'top' && found.window.kind === 'all' && isEndless(filters)) {
    return problem(
      'No days to order by votes',
      'The votes of all papers are not ordered; name the days, as in /papers?from=2025-12-01&until=2025-12-31.',
    );
  }
  const query: FeedQuery = { window: found.window, order, filters, ...(mode ? { mode } : {}) };
  return { kind: 'feed', query, suffix, address: addressOf(query), cursor: params.get('cursor') || undefined };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;
type Problem = Extract<Resolved, { kind: 'problem' }>;

/** An arXiv id of either form, or an id of this site; and a version, which is passed over. */
const SIMILAR_TO =
  /^\/papers\/(\d{4}\.\d{4,5}|[a-km-np-z2-9]{10}|[a-z-]+(?:\.[A-Z]{2})?\/\d{7})(?:v\d{1,3})?\/similar$/;
const CATEGORY = /^[a-zA-Z-]{2,20}(\.[a-zA-Z-]{2,20})?$/;

const TOPIC = /^[1-9]\d{0,8}$/;

/** Whether nothing but the calendar would bound a list. */
function isEndless({ text, similarTo, author, organization, topic }: FeedFilters): boolean {
  return [text, similarTo, author, organization, topic].every((bound) => bound === undefined);
}

function byPath(path: string, params: URLSearchParams): FeedQuery | Exclude<Resolved, { kind: 'feed' }> | undefined {
  if (path === '/') return feed({ kind: 'latest' }, 'top');
  if (path === '/papers') return papersPath(params);
  const [, similarTo] = SIMILAR_TO.exec(path) ?? [];
  if (similarTo) return feed({ kind: 'all' }, 'top', { similarTo });
  const [, room, ...rest] = path.split('/');
  const name = rest.join('/');
  if (room === 'papers') return datedPath(rest, name);
  if (!name || rest.length > 1) return undefined;
  if (room === 'authors') return feed({ kind: 'all' }, 'newest', { author: name });
  if (room === 'categories' && CATEGORY.test(name)) return feed({ kind: 'all' }, 'newest', { category: name });
  if (room === 'organizations') return feed({ kind: 'all' }, 'newest', { organization: name });
  if (room === 'topics' && TOPIC.test(name)) return feed({ kind: 'all' }, 'newest', { topic: Number(name) });
  return undefined;
}

function papersPath(params: URLSearchParams): FeedQuery | Exclude<Resolved, { kind: 'feed' }> {
  const q = params.get('q');
  if (q !== null) {
    if (q.length > MAX_QUERY_CHARS) {
      return problem('Question too long', `q has ${q.length} characters; send at most ${MAX_QUERY_CHARS}.`);
    }
    return searchFeed(q, params);
  }
  // The form of address that older links to daily papers use.
  const date = params.get('date');
  if (date !== null) return isDay(date) ? { kind: 'redirect', to: `/papers/date/${date}` } : badDay(date);
  const from = params.get('from');
  const until = params.get('until');
  if (from === null && until === null) return { kind: 'redirect', to: '/' };
  if (from === null || !isDay(from)) return badDay(from ?? '');
  if (until === null || !isDay(until)) return badDay(until ?? '');
  if (from > until) return problem('Days in the wrong order', `from ${from} is after until ${until}; exchange them.`);
  return feed({ kind: 'range', from, until }, 'top');
}

/** A search, with what it alone may be narrowed by. */
function searchFeed(text: string, params: URLSearchParams): FeedQuery | Problem {
  const filters: FeedFilters = { text };
  for (const name of ['from', 'until'] as const) {
    const day = params.get(name);
    if (!day) continue;
    if (!isDay(day)) return badDay(day);
    filters[name] = day;
  }
  const { from, until } = filters;
  if (from && until && from > until)
    return problem('Days in the wrong order', `from ${from} is after until ${until}; exchange them.`);
  const votes = params.get('votes');
  if (votes) {
    if (!/^\d{1,9}$/.test(votes)) return problem('No such number', `votes is "${votes}"; send a number such as 10.`);
    if (Number(votes) > 0) filters.minVotes = Number(votes);
  }
  return feed({ kind: 'all' }, 'top', filters);
}

function datedPath(
  [kind, value, ...more]: string[],
  name: string,
): FeedQuery | Exclude<Resolved, { kind: 'feed' }> | undefined {
  if (name === 'trending') return feed({ kind: 'all' }, 'trending');
  if (name === 'new') return feed({ kind: 'all' }, 'newest');
  if (name === 'edition-zero') return feed({ kind: 'edition-zero' }, 'top');
  if (value === undefined || more.length > 0) return undefined;
  if (kind === 'date') return isDay(value) ? feed({ kind: 'day', day: value }, 'top') : badDay(value);
  if (kind === 'week') {
    return weekSpan(value)
      ? feed({ kind: 'week', week: value }, 'top')
      : problem('No such week', `"${value}" is no ISO week; send one like 2025-W52.`);
  }
  if (kind === 'month') {
    return monthSpan(value)
      ? feed({ kind: 'month', month: value }, 'top')
      : problem('No such month', `"${value}" is no month; send one like 2025-12.`);
  }
  return undefined;
}

function readFilters(params: URLSearchParams, filters: FeedFilters): FeedFilters | Exclude<Resolved, { kind: 'feed' }> {
  const result = { ...filters };
  for (const has of params.getAll('has')) {
    if (has === 'code') result.hasCode = true;
    else if (has === 'experiment') result.hasExperiment = true;
    else if (has !== '') return problem('Unknown filter', `has is "${has}"; send code or experiment.`);
  }
  const topic = params.get('topic');
  if (topic) {
    if (!TOPIC.test(topic)) {
      return problem('No such topic', `topic is "${topic}"; send the number of one, as in the address /topics/12.`);
    }
    result.topic ??= Number(topic);
  }
  const category = params.get('category');
  if (category && filters.text !== undefined) {
    if (!parseCategories(category)) {
      return problem('No such categories', `category is "${category}"; send some like cs.LG or cs.AI+cs.LG-cs.CY.`);
    }
    result.category = category.replace(/ /g, '+');
  } else if (category) {
    if (!CATEGORY.test(category)) {
      return problem('No such category', `category is "${category}"; send one like cs.LG.`);
    }
    result.category = category;
  }
  return result;
}

/** The way of finding, where one other than the usual is asked for; only a search has any. */
function readMode(params: URLSearchParams, { text }: FeedFilters): FeedQuery['mode'] | Problem {
  const mode = params.get('mode') || 'hybrid';
  if (text === undefined || mode === 'hybrid') return undefined;
  if (mode === 'keyword' || mode === 'semantic') return mode;
  return problem('Unknown mode', `mode is "${mode}"; send keyword, semantic or hybrid.`);
}

function feed(window: FeedQuery['window'], order: FeedQuery['order'], filters: FeedFilters = {}): FeedQuery {
  return { window, order, filters };
}

function badDay(value: string) {
  return problem('No such day', `"${value}" is no day; send one like 2025-12-30.`);
}

function problem(title: string, detail: string) {
  return { kind: 'problem' as const, status: 400 as const, title, detail };
}
