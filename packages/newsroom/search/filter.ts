import { type Filter, parseCategories } from '@broadsheet/search-index';
import type { FeedFilters } from '../editions/index.ts';
import type { TopicGroups } from './topic-groups.ts';

/** What an index can hold papers against of what narrows a list. */
export function filterOf(
  { category, from, until, minVotes, hasCode, hasExperiment, topic }: FeedFilters,
  { of }: TopicGroups,
): Filter {
  return {
    only: topic === undefined ? undefined : (paperId) => of(paperId) === topic,
    from,
    until,
    minVotes,
    hasCode,
    hasExperiment,
    categories: category ? parseCategories(category) : undefined,
  };
}
