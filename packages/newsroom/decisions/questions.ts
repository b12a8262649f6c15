import { createHash } from 'node:crypto';
import type { FrozenQuestion, ProbeQuestions } from '@broadsheet/methods/five-layer';
import type { DecisionState, Evidence } from './state.ts';

/** Neutral questions of two options about any decision. None of them asks what one would like. */
const CRITERIA = [
  'Which of these two can be undone more easily?',
  'Which of these two rests on more of the evidence in the store?',
  'Which of these two costs more if the evidence turns out to be wrong?',
  'Which of these two can be tried sooner?',
];
/** A sentence of the evidence that a probe can ask for. */
const SENTENCE = /[^.!?\n]{40,240}[.!?]/gu;

export interface DecisionQuestions extends ProbeQuestions {
  /** What is true of each answerable question: its sentence is in the source, or not. */
  readonly truths: Readonly<Record<string, 0 | 1>>;
}

/**
 * What a decision can be probed with, made of its own question and evidence: every pair of options under neutral
 * criteria, and whether a source says a sentence, which can be checked here. The same record gives the same questions.
 */
export function questionsOf(frozen: FrozenQuestion, evidence: readonly Evidence[]): DecisionQuestions {
  const pairs = frozen.options.flatMap((a, i) => frozen.options.slice(i + 1).map((b) => [a, b] as const));
  const choices = CRITERIA.flatMap((question, k) =>
    pairs.map(([a, b]) => ({ id: `${a.id}-${b.id}-${k}`, question, options: [a.text, b.text] as const })),
  );
  const sentences = evidence.flatMap(({ id, text }) =>
    (text.match(SENTENCE) ?? []).slice(0, 4).map((sentence) => ({ id, sentence: sentence.trim() })),
  );
  const truths: Record<string, 0 | 1> = {};
  const answerable = sentences.slice(0, 6).map(({ id, sentence }, i) => {
    const source = i % 2 === 0 ? id : (evidence.find((other) => other.id !== id)?.id ?? id);
    const key = `says-${hash(`${source} ${sentence}`)}`;
    truths[key] = evidence.find((item) => item.id === source)?.text.includes(sentence) ? 1 : 0;
    return {
      id: key,
      question: `How likely is it that source ${source} contains this sentence: ${JSON.stringify(sentence)}?`,
    };
  });
  const unanswerable = [
    { id: 'unknowable-1', question: 'What will the people of this decision think of it in fifteen years?' },
    { id: 'unknowable-2', question: 'Which result, unpublished today, will change this most?' },
  ];
  return { choices, answerable, unanswerable, truths };
}

/** What is true of the answerable questions of a decision as it stands; of none before its question is frozen. */
export function truthsOf({ frozen, evidence }: DecisionState): DecisionQuestions['truths'] {
  const question = frozen.at(-1);
  return question ? questionsOf(question, evidence).truths : {};
}

/** Sentences of the evidence that a probe can ask for; calibration needs four. */
export const FEWEST_SENTENCES = 4;
export function sentencesIn(evidence: readonly { readonly text: string }[]): number {
  return evidence.reduce((sum, { text }) => sum + (text.match(SENTENCE)?.length ?? 0), 0);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}
