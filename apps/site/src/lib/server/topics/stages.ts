import type { Host } from '@broadsheet/newsroom/host';
import {
  otherEncoder,
  type TopicStage,
  type TopicsState,
  topicActions,
  topicNames,
  topicStages,
  topicsState,
} from '@broadsheet/newsroom/topics';
import { reportBlock } from '#player/view/report.ts';
import { said } from './edit.ts';
import { papersWord, percent, stageName, verdictSentence } from './words.ts';

const PAGE = 24;
const LAST_ACTIONS = 20;

/** Stages with all that is known of how they went, and what editors did last; for who runs the site. */
export async function loadStages(host: Host, { before, isAdmin }: { before?: number; isAdmin: boolean }) {
  const [stages, state, done, names, other] = await Promise.all([
    topicStages(host, { limit: PAGE, before }),
    topicsState(host),
    topicActions(host, { limit: LAST_ACTIONS }),
    topicNames(host),
    otherEncoder(host.database.db),
  ]);
  const newest = stages.find((stage) => stage.state === 'done');
  return {
    now: host.now(),
    /** The stage that may be taken back: the newest, where this site ran it. */
    undoable: isAdmin && before === undefined && newest?.origin === 'site' ? described(newest) : undefined,
    facts: [
      `${state.active.toLocaleString('en')} active topics, ${state.dormant.toLocaleString('en')} dormant`,
      `${papersWord(state.assigned)} filed, ${state.apart.toLocaleString('en')} near none, ${state.waiting.toLocaleString('en')} not looked at yet`,
      state.model ? `model ${state.model}` : '',
    ].filter(Boolean),
    warnings: warningsOf(state, other),
    start: state.start && {
      needed: state.start.needed.toLocaleString('en'),
      papers: state.start.papers.toLocaleString('en'),
    },
    stages: stages.map(described),
    next: stages.length === PAGE ? stages.at(-1)?.id : undefined,
    done: done.map((action) => ({ ...action, text: said(action, names) })),
  };
}

/** What keeps papers from topics, and what to do. */
function warningsOf({ apart, assigned }: TopicsState, other: string | undefined): string[] {
  const looked = apart + assigned;
  return [
    other
      ? `These topics were found with the encoder ${other}, and this program has another: they stay as they are, and new papers get none.`
      : '',
    !other && looked >= MANY && apart > looked / 2
      ? `${percent(apart / looked)} of the papers here are near no topic: these topics are of other fields.`
      : '',
  ].filter(Boolean);
}

/** As many papers as a site's own topics could begin with. */
const MANY = 1000;

/** Shipped stages do not say how long they took. */
function trainingOf({ epochs, seconds }: NonNullable<TopicStage['report']>): string {
  if (epochs === 0) return 'none';
  return seconds > 0 ? `${epochs} epochs; the stage took ${seconds.toFixed(1)} s` : `${epochs} epochs`;
}

function described(stage: TopicStage) {
  const { report } = stage;
  return {
    id: stage.id,
    name: stageName(stage),
    sentence: verdictSentence(stage),
    isUndone: stage.state === 'rolled-back',
    isShipped: stage.origin === 'almanac',
    born: stage.born,
    finishedAt: stage.finishedAt,
    figures: [
      ['papers', stage.papers.toLocaleString('en')],
      [
        'far from every topic',
        `${stage.candidates.toLocaleString('en')} (${percent(stage.share)}; usual ${percent(stage.usualShare)})`,
      ],
      ['z of the excess', stage.statistic.toFixed(2).replace('-', '−')],
      ...(report
        ? [
            [
              'proposed, born, ended too small, same as another',
              `${report.proposals}, ${stage.born.length}, ${report.retired}, ${report.duplicates}`,
            ],
            ['training', trainingOf(report)],
          ]
        : []),
    ],
    note: report?.note ?? '',
    /** Finished HTML: how rich or lazy its training was. */
    training: report?.training ? reportBlock(report.training).text : undefined,
  };
}
