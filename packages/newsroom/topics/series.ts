import type { TopicStageKind } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { catalogue } from './catalogue.ts';
import type { TopicSeries } from './types.ts';

export interface SeriesOptions {
  /** Ids, in the order wanted; without them the largest of the span. */
  topics?: number[];
  kind?: TopicStageKind;
  /** Stages, counted from the newest. */
  last?: number;
}

const SHOWN = 12;

/** Papers of some topics in each stage, and of everything else: what a stream chart draws. */
export async function topicSeries(
  host: Host,
  { topics: wanted, kind, last = 30 }: SeriesOptions = {},
): Promise<TopicSeries> {
  const { stages, topics, currentId } = await catalogue(host);
  const places = stages.flatMap((stage, i) => (kind && stage.kind !== kind ? [] : [i])).slice(-last);
  const countsOf = (id: number) => places.map((i) => topics.get(id)?.counts[i] ?? 0);
  const sum = (counts: number[]) => counts.reduce((total, papers) => total + papers, 0);
  const ids = wanted
    ? [...new Set(wanted.flatMap((id) => currentId.get(id) ?? []))]
    : [...topics.values()]
        .filter(({ state }) => state !== 'hidden')
        .map(({ id }) => ({ id, papers: sum(countsOf(id)) }))
        .filter(({ papers }) => papers > 0)
        .toSorted((a, b) => b.papers - a.papers || a.id - b.id)
        .slice(0, SHOWN)
        .map(({ id }) => id);
  const series = ids.map((id) => ({ topicId: id, name: topics.get(id)?.name ?? '', counts: countsOf(id) }));
  const shown = places.map((i) => stages[i]);
  const rest = shown.map(({ papers }, i) => papers - sum(series.map(({ counts }) => counts[i])));
  return { stages: shown, series, rest };
}
