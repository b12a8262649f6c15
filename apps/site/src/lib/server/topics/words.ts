import type { TopicStage, TopicSummary } from '@broadsheet/newsroom/topics';

/** 'March 2025', or 'the week of 30 March 2026': what a stage is called in a sentence. */
export function stageName({ kind, fromDay }: Pick<TopicStage, 'kind' | 'fromDay'>): string {
  const [year, month, day] = fromDay.split('-').map(Number);
  const name = MONTHS[month - 1];
  return kind === 'month' ? `${name} ${year}` : `the week of ${day} ${name} ${year}`;
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/** A share of a stage's papers: '4.1 %', '0.03 %'. */
export function percent(share: number): string {
  const value = share * 100;
  return `${value === 0 || value >= 10 ? value.toFixed(0) : value >= 0.1 ? value.toFixed(1) : value.toPrecision(1)} %`;
}

/** A quarter's share against that of the three before, in words: '2.1 times', 'down to 40 %'. */
export function growthWords({ growth }: Pick<TopicSummary, 'growth'>): string {
  const times = 2 ** growth;
  if (times >= 9.95) return 'more than ten times';
  return times >= 1 ? `${times.toFixed(1)} times` : `down to ${Math.max(1, Math.round(times * 100))} %`;
}

export function papersWord(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'paper' : 'papers'}`;
}

/** What the machine found in a stage, as one would say it: also that there was nothing new is an answer, with its figures. */
export function verdictSentence(stage: TopicStage): string {
  const when = stageName(stage);
  const figures = `${percent(stage.share)} of its ${papersWord(stage.papers)} were far from every topic, where ${percent(stage.usualShare)} is usual (z\u00a0=\u00a0${signed(stage.statistic)}; ${EXCESS} is an excess)`;
  switch (stage.verdict) {
    case 'empty':
      return `${capital(when)} had no papers to look at.`;
    case 'first':
      return stage.born.length === 0
        ? `${capital(when)} is among those that the topics begin with: ${papersWord(stage.papers)}.`
        : `The topics begin with ${when}: ${stage.born.length === 1 ? 'one topic' : `${stage.born.length.toLocaleString('en')} topics`}.`;
    case 'nothing-new':
      return `Nothing new in ${when}: ${figures}${stage.statistic >= EXCESS ? ', but they form no topic' : ''}.`;
    case 'born': {
      const born = stage.born.length === 1 ? 'One new topic' : `${stage.born.length} new topics`;
      return `${born} in ${when}: ${figures}${stage.statistic < EXCESS ? `, but ${stage.born.length === 1 ? 'one group of papers' : 'groups of papers'} grew more than chance allows` : ''}.`;
    }
  }
}

/** The z above which more than usual is far from every topic; a group of papers that grew is looked at without it. */
const EXCESS = 3;

function signed(value: number): string {
  return value.toFixed(1).replace('-', '−');
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}
