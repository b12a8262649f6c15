import type { ProbeLook } from '../../detectors/endpoint.ts';
import type { Choice } from '../../detectors/flips.ts';
import type { Thresholds } from '../../thresholds.ts';
import { choose, type Prober } from './prober.ts';

/**
 * D6: a few of the fixed probes, others each turn, and how many are answered by another choice than at the start. Where
 * one is, all the others are asked at once: what the sum of likelihoods would wait turns for is known then.
 * @param isSuspected the sum stands above nothing already: then all are asked
 */
export async function endpointRound(
  prober: Prober,
  baseline: Readonly<Record<string, Choice>>,
  { schedule: { fixedProbes } }: Thresholds,
  isSuspected = false,
): Promise<ProbeLook> {
  const { choices } = prober.questions;
  const turned = choices.map((_, i) => choices[(i + prober.turn * fixedProbes) % choices.length]);
  let mismatches = 0;
  let asked = 0;
  for (const [i, question] of turned.entries()) {
    if (i >= fixedProbes && mismatches === 0 && !isSuspected) break;
    const answer = await choose(prober, 'clean', `endpoint ${question.id}`, question);
    if (!answer) continue;
    asked += 1;
    if (answer.choice !== baseline[question.id]) mismatches += 1;
  }
  return { mismatches, asked };
}

/** The most frequent of three answers to each fixed probe, and how often a healthy endpoint differs from itself. */
export async function endpointBaseline(prober: Prober): Promise<{ answers: Record<string, Choice>; noise: number }> {
  const answers: Record<string, Choice> = {};
  let differing = 0;
  for (const question of prober.questions.choices) {
    const given: Choice[] = [];
    for (let i = 0; i < 3; i++)
      given.push((await choose(prober, 'clean', `baseline ${question.id} ${i}`, question))?.choice ?? 'unsure');
    const common = given.find((choice) => given.filter((each) => each === choice).length >= 2) ?? given[0];
    differing += given.filter((choice) => choice !== common).length;
    answers[question.id] = common;
  }
  return { answers, noise: differing / (prober.questions.choices.length * 3) };
}
