/** What a feed shows: a window of time, an order, and filters. A feed is a query with a name. */
export interface FeedQuery {
  window:
    | { kind: 'latest' }
    | { kind: 'day'; day: string }
    | { kind: 'week'; week: string }
    | { kind: 'month'; month: string }
    | { kind: 'range'; from: string; until: string }
    | { kind: 'all' }
    | { kind: 'edition-zero' };
  /** Of what a search finds, `top` is what fits best; only there can all papers be ordered by votes. */
  order: 'top' | 'trending' | 'newest' | 'votes';
  filters: FeedFilters;
  /** Of a search: how papers are found where that is not the usual way, by words with meaning where it helps. */
  mode?: Exclude<SearchMode, 'hybrid'>;
  /** Of a saved search: what its reader calls it, and its address. */
  name?: { title: string; address: string };
}

/** By words, by meaning, or by words with meaning where it is known to help. */
export type SearchMode = 'keyword' | 'semantic' | 'hybrid';

export interface FeedFilters {
  /** Words of title, abstract or authors. */
  text?: string;
  /** Only papers like this one, by its arXiv id or short id. */
  similarTo?: string;
  /** An author's slug. */
  author?: string;
  /** One category; in a search also several: "cs.AI+cs.LG-cs.CY". */
  category?: string;
  /** An organisation's slug. */
  organization?: string;
  /** A topic's id, also one that was merged into another since. */
  topic?: number;
  hasCode?: boolean;
  hasExperiment?: boolean;
  /** Only in a search: first and last day of listing, and votes from so many on. */
  from?: string;
  until?: string;
  minVotes?: number;
}

/** One paper as a list shows it. */
export interface FeedEntry {
  id: number;
  /** arXiv id, or the short id where there is none: the last part of its address. */
  key: string;
  arxivId?: string;
  title: string;
  abstract?: string;
  /** The line under the title: ours, the source's (`by` attributes it), or the abstract's first sentence. */
  summary?: { text: string; by?: string };
  authors: string[];
  organization?: { name: string; slug: string };
  categories: string[];
  keywords: string[];
  doi?: string;
  venue?: string;
  repository?: { name: string; stars?: number; starsPerDay?: number };
  projectUrl?: string;
  /** The day of the edition that features it. */
  featuredOn?: string;
  listedOn: string;
  /** When it came to this site, or later into its edition. */
  arrivedAt: number;
  publishedAt?: number;
  updatedAt?: number;
  withdrawnAt?: number;
  /** Shown counts: imported plus our readers'; in a frozen edition, those it was ordered by. */
  votes: number;
  comments: number;
  /** Whether the asking reader has voted for it. */
  voted: boolean;
  /** The topic that it was filed under, and how surely. */
  topic?: { id: number; name: string; probability: number };
  /** The method of its experiment, where one runs here. */
  experiment?: string;
  /** In the list of its edition: whether the editors put it first there. */
  isPinned?: boolean;
  rank: number;
  /** Why a search found it, or what it shares with a paper that it is similar to, in words. */
  why?: string;
  /** It was found by its meaning alone and has none of the words. */
  isByMeaning?: true;
  /** Where the words of a search stand in its abstract, with the found words marked. */
  snippet?: { text: string; isHit: boolean }[];
  /** Trending only: the terms of its score; a term without data is absent. */
  score?: { value: number; terms: { name: string; value: number; points: number }[]; absent: string[] };
}

/** What a search says beside its papers. */
export interface SearchFacts {
  /** Indexed words by which hits may be highlighted. */
  matched: string[];
  /** Whether any paper has all words; `total` then counts those that have. */
  hasAll: boolean;
  /** How many of those that have all words are what; absent while the index is being built. */
  facets?: {
    categories: { name: string; count: number }[];
    years: { name: string; count: number }[];
    withCode: number;
    withExperiment: number;
    topics: { id: number; name: string; count: number }[];
  };
  /** What the words were recognised as: an author, a paper. */
  meant: { text: string; address: string }[];
  /** The time was over before all was looked at. */
  isCut: boolean;
  /** Whether papers are encoded here, so that there is a choice between words and meaning. */
  hasMeaning: boolean;
}

/** A feed, loaded: what every rendering is made from. */
export interface Feed {
  query: FeedQuery;
  /** 'Tuesday, 30 December 2025', 'Trending', 'Ge, Chunjiang'. */
  title: string;
  /** Path without extension and with its query, e.g. '/papers/date/2025-12-30'. */
  address: string;
  entries: FeedEntry[];
  /** How many papers the whole list has, where that is known cheaply. */
  total?: number;
  /** Opaque; hand it back as `cursor` for the next page. */
  nextCursor?: string;
  edition?: {
    day: string;
    /** None for a day that nobody has picked from. */
    number?: number;
    state: 'open' | 'frozen' | 'unpicked';
    previousDay?: string;
    nextDay?: string;
    closedAt?: number;
  };
  /** The neighbouring weeks or months, as addresses. */
  previous?: string;
  next?: string;
  /** Said above the list, e.g. 'No batch on Saturdays. Friday's is below.' */
  notice?: string;
  /** Where nobody has picked for days: the last edition that somebody did pick. */
  lastPicked?: { day: string; address: string };
  /** Said under the notice in small: how a search was understood. */
  notes?: string[];
  /** Search only. */
  search?: SearchFacts;
  /** When the newest of what it shows came or was revised, for Last-Modified; absent where it shows nothing. Votes are no content. */
  changedAt?: number;
}
