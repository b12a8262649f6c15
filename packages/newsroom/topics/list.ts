import type { Host } from '../host/index.ts';
import { type Catalogue, type CatalogueTopic, catalogue } from './catalogue.ts';
import { BEFORE_DAYS, LATELY_DAYS, NEW_FOR_STAGES } from './limits.ts';
import type { TopicSort, TopicSummary } from './types.ts';

export interface ListOptions {
  sort?: TopicSort;
  includeDormant?: boolean;
  includeHidden?: boolean;
  /** Only topics whose name or words have this in them. */
  text?: string;
  limit?: number;
  /** The id of the last one of the page before. */
  after?: number;
}

/** Stages that a summary tells the counts of. */
const SHOWN_STAGES = 24;

/** Topics in an order, a page at a time. */
export async function listTopics(
  host: Host,
  { sort = 'largest', includeDormant = false, includeHidden = false, text, limit = 50, after }: ListOptions = {},
): Promise<{ topics: TopicSummary[]; next?: number; total: number }> {
  const all = await catalogue(host);
  const wanted = text?.trim().toLowerCase();
  const shown = [...all.topics.values()]
    .filter(({ state }) => (state !== 'dormant' || includeDormant) && (state !== 'hidden' || includeHidden))
    .filter(({ name, words }) => !wanted || [name, ...words].some((word) => word.toLowerCase().includes(wanted)))
    .map((topic) => summaryOf(all, topic))
    .filter((topic) => sort !== 'new' || topic.isNew)
    .toSorted(ORDERS[sort]);
  const from = after === undefined ? 0 : shown.findIndex(({ id }) => id === after) + 1;
  const topics = shown.slice(from, from + limit);
  return {
    topics,
    next: from + limit < shown.length ? topics.at(-1)?.id : undefined,
    total: shown.length,
  };
}

const ORDERS: Record<TopicSort, (a: TopicSummary, b: TopicSummary) => number> = {
  // By what a reader finds here; stages may have counted papers that this site has not.
  largest: (a, b) => b.papers - a.papers || b.counted - a.counted || a.id - b.id,
  new: (a, b) => b.bornStageId - a.bornStageId || b.counted - a.counted || a.id - b.id,
  growing: (a, b) => b.growth - a.growth || b.counted - a.counted || a.id - b.id,
  fading: (a, b) => a.growth - b.growth || b.counted - a.counted || a.id - b.id,
  name: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id),
};

export function summaryOf({ stages }: Catalogue, topic: CatalogueTopic): TopicSummary {
  const from = Math.max(0, stages.length - SHOWN_STAGES);
  const newest = stages.length - 1;
  const born = stages.findIndex(({ id }) => id === topic.bornStageId);
  return {
    id: topic.id,
    name: topic.name,
    words: topic.words,
    state: topic.state,
    papers: topic.papers,
    counted: topic.counts.reduce((sum, papers) => sum + papers, 0),
    counts: stages.slice(from).map(({ id }, i) => ({ stageId: id, papers: topic.counts[from + i] })),
    share: newest < 0 ? 0 : shareIn(topic.counts[newest], stages[newest].papers),
    growth: growthOf(stages, topic.counts),
    bornOn: stages[born]?.fromDay ?? '',
    bornStageId: topic.bornStageId,
    isNew: born > 0 && newest - born < NEW_FOR_STAGES,
  };
}

export function shareIn(papers: number, all: number): number {
  return all > 0 ? papers / all : 0;
}

/**
 * How much larger a topic's share is lately than it was before: log₂, with one paper added to either side, so that a
 * handful of papers does not look like a rise.
 */
function growthOf(stages: Catalogue['stages'], counts: ArrayLike<number>): number {
  const end = stages.at(-1);
  if (!end) return 0;
  const sums = { lately: [0, 0], before: [0, 0] };
  for (const [i, { toDay, papers }] of stages.entries()) {
    const ago = daysBetween(toDay, end.toDay);
    if (ago >= LATELY_DAYS + BEFORE_DAYS) continue;
    const span = ago < LATELY_DAYS ? sums.lately : sums.before;
    span[0] += counts[i];
    span[1] += papers;
  }
  if (sums.lately[1] === 0 || sums.before[1] === 0) return 0;
  // A paper each, at the rate of both spans together.
  const rate = (sums.lately[0] + sums.before[0] + 1) / (sums.lately[1] + sums.before[1]);
  const smooth = ([own, all]: number[]) => (own + 1) / (all + 1 / rate);
  return Math.log2(smooth(sums.lately) / smooth(sums.before));
}

function daysBetween(day: string, later: string): number {
  return Math.round((Date.parse(later) - Date.parse(day)) / 86_400_000);
}
