import type { TopicChip } from '@broadsheet/newsroom/topics';

/** A paper's topic as its page says it: how sure it is, by which words, and what it was nearly filed under. */
export function topicOf(chip: TopicChip | undefined) {
  if (!chip) return undefined;
  const { topicId, name, probability, margin, words, runnerUp } = chip;
  return {
    id: topicId,
    name,
    sure: percent(probability),
    words,
    next: runnerUp && { id: runnerUp.id, name: runnerUp.name, sure: percent(runnerUp.probability) },
    margin: Math.round(margin * 100),
  };
}

function percent(probability: number): string {
  return `${Math.round(probability * 100)} %`;
}
