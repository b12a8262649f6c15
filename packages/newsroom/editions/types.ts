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
  order: 'top' | 'trending' | 'newest';
  filters: FeedFilters;
}

export interface FeedFilters {
  /** Words of title, abstract or authors. */
  text?: string;
  /** An author's slug. */
  author?: string;
  category?: string;
  /** An organisation's slug. */
  organization?: string;
  hasCode?: boolean;
  hasExperiment?: boolean;
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
  /** The method of its experiment, where one runs here. */
  experiment?: string;
  rank: number;
  /** Why a search found it, in words. */
  why?: string;
  /** Trending only: the terms of its score; a term without data is absent. */
  score?: { value: number; terms: { name: string; value: number; points: number }[]; absent: string[] };
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
  /** Search only: indexed words by which hits may be highlighted. */
  matched?: string[];
  /** When the newest of what it shows came or was revised, for Last-Modified; absent where it shows nothing. Votes are no content. */
  changedAt?: number;
}
