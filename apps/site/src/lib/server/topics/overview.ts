import { type Host, perVersion } from '@broadsheet/newsroom/host';
import {
  listTopics,
  type TopicSeries,
  type TopicSummary,
  topicMap,
  topicSeries,
  topicStages,
  topicsState,
} from '@broadsheet/newsroom/topics';
import { drawMap } from './map.ts';
import { drawRidge, marksOf, placesOf } from './ridge.ts';
import { growthWords, papersWord, percent, stageName, verdictSentence } from './words.ts';

/** As many of each as one reads on a Monday. */
const NEWS = 5;
const RIDGES = 12;
/** Two years of months and what weeks came since. */
const SHOWN_STAGES = 36;
const AGAINST = 'this quarter against the three before';
/** A doubling in about two years is no news. */
const LEAST_GROWTH = 0.3;
const STAGES_TOLD = 8;
/** Half a year of months. */
const LATELY = 6;

/** What `/topics` shows above its list: what is new, growing and fading, all of it over time, and where it lies. */
export function loadOverview(host: Host) {
  return perVersion(host, 'topics at a glance', () => overview(host));
}

async function overview(host: Host) {
  const [state, stages, fresh, growing, fading, active, points] = await Promise.all([
    topicsState(host),
    topicStages(host, { limit: STAGES_TOLD }),
    listTopics(host, { sort: 'new', limit: NEWS }),
    listTopics(host, { sort: 'growing', limit: NEWS }),
    listTopics(host, { sort: 'fading', limit: NEWS }),
    listTopics(host, { limit: Number.POSITIVE_INFINITY }),
    topicMap(host),
  ]);
  const newest = stages.find((stage) => stage.state === 'done');
  if (!newest) return undefined;
  const born = fresh.topics.filter((topic) => topic.isNew);
  const up = growing.topics.filter((topic) => topic.growth >= LEAST_GROWTH && !topic.isNew);
  const down = fading.topics.filter((topic) => topic.growth <= -LEAST_GROWTH);
  const all = await topicSeries(host, { topics: active.topics.map((t) => t.id), last: SHOWN_STAGES });
  const series = { ...all, series: largestLately(all) };
  const newIds = new Set(born.map((topic) => topic.id));
  return {
    verdict: verdictSentence(newest),
    stages: stages.map((stage) => ({
      id: stage.id,
      sentence: verdictSentence(stage),
      isUndone: stage.state !== 'done',
    })),
    facts: `${state.active.toLocaleString('en')} topics in ${papersWord(state.assigned)}`,
    dormant: state.dormant,
    news: [
      {
        title: 'New',
        about: '',
        none: 'None in the last three stages.',
        rows: born.map((t) => newsRow(t, sinceWords(t))),
      },
      {
        title: 'Growing',
        about: AGAINST,
        none: 'None grows faster than the others.',
        rows: up.map((t) => newsRow(t, `${growthWords(t)} its share`)),
      },
      {
        title: 'Fading',
        about: AGAINST,
        none: 'None fades.',
        rows: down.map((t) => newsRow(t, `${growthWords(t)} of its share`)),
      },
    ],
    ridges: ridgesOf(series),
    map: points.length > 2 ? drawMap(points.map((p) => ({ ...p, isNew: newIds.has(p.id) }))) : undefined,
    mapped: points.length,
  };
}

function newsRow({ id, name, papers }: TopicSummary, note: string) {
  return { id, name, note: papers > 0 ? `${note} · ${papersWord(papers)}` : note };
}

function sinceWords({ bornOn }: TopicSummary): string {
  return `since ${stageName({ kind: 'month', fromDay: bornOn })}`;
}

/** The topics with the largest share of the papers of the last stages; of all time, what was large once would stay for ever. */
function largestLately({ stages, series }: TopicSeries): TopicSeries['series'] {
  const from = Math.max(0, stages.length - LATELY);
  // Stage by stage, since stages are of very different sizes.
  const shareOf = (counts: number[]) =>
    stages.slice(from).reduce((sum, { papers }, i) => sum + counts[from + i] / (papers || 1), 0);
  return series.toSorted((a, b) => shareOf(b.counts) - shareOf(a.counts) || a.topicId - b.topicId).slice(0, RIDGES);
}

/** The largest topics, each as its share of the papers over time, and the table of the same figures. */
export function ridgesOf({ stages, series }: TopicSeries) {
  if (stages.length < 2 || series.length === 0) return undefined;
  const places = placesOf(stages);
  const shares = series.map(({ counts }) => counts.map((count, i) => count / (stages[i].papers || 1)));
  const most = Math.max(...shares.flat());
  const rows = series.map(({ topicId, name, counts }, row) => ({
    id: topicId,
    name,
    now: percent(shares[row].at(-1) ?? 0),
    counts,
    picture: drawRidge(
      shares[row].map((share, i) => ({ at: places[i], share })),
      most,
    ),
  }));
  const largest = rows.toSorted(
    (a, b) => (shares[rows.indexOf(b)].at(-1) ?? 0) - (shares[rows.indexOf(a)].at(-1) ?? 0),
  )[0];
  return {
    rows,
    marks: marksOf(stages),
    stages: stages.map((stage) => ({
      id: stage.id,
      name: stageName(stage).replace('the week of ', ''),
      papers: stage.papers,
    })),
    finding: `Share of the papers of each ${stages.at(-1)?.kind}, the ${rows.length} largest topics of late on one scale (its top is ${percent(most)}). Largest now: ${largest.name}, ${largest.now}.`,
  };
}
