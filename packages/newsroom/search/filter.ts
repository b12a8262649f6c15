import { type Filter, parseCategories } from '@broadsheet/search-index';
import type { FeedFilters } from '../editions/index.ts';

/** What an index can hold papers against of what narrows a list. */
export function filterOf({ category, from, until, minVotes, hasCode, hasExperiment }: FeedFilters): Filter {
  return {
    from,
    until,
    minVotes,
    hasCode,
    hasExperiment,
    categories: category ? parseCategories(category) : undefined,
  };
}
