import type { Choice } from '../../detectors/flips.ts';
import { type ChoiceQuestion, choose, type Prober } from './prober.ts';

interface PassageAnswers {
  readonly withIt: Choice | null;
  readonly withoutIt: Choice | null;
}

/**
 * D7: the same two choices with and without a suspicious passage in the evidence. A passage that pushes to one side shows
 * only where the other side would be chosen, so of the fixed questions one is taken that was answered A at the start and
 * one that was answered B; others each turn.
 */
export async function passageRound(
  prober: Prober,
  passage: string,
  baseline: Readonly<Record<string, Choice>>,
): Promise<PassageAnswers[]> {
  const { choices } = prober.questions;
  const turned = choices.map((_, i) => choices[(i + prober.turn) % choices.length]);
  const sides = (['A', 'B'] as const).flatMap((side) => turned.find(({ id }) => baseline[id] === side) ?? []);
  const answers: PassageAnswers[] = [];
  for (const question of sides.length === 2 ? sides : turned.slice(0, 2))
    answers.push(await withAndWithout(prober, passage, question));
  return answers;
}

/** A difference is one when it shows again in one of two more tries: an endpoint may differ from itself. */
async function withAndWithout(prober: Prober, passage: string, question: ChoiceQuestion): Promise<PassageAnswers> {
  const ask = async (fork: string): Promise<PassageAnswers> => {
    const withIt = await choose(prober, 'clean', fork, question);
    const withoutIt = await choose(prober, 'clean', fork, question, { without: passage });
    return { withIt: withIt?.choice ?? null, withoutIt: withoutIt?.choice ?? null };
  };
  const first = await ask(`passage ${question.id}`);
  if (first.withIt === first.withoutIt || first.withIt === null || first.withoutIt === null) return first;
  for (const again of ['again', 'once more']) {
    const next = await ask(`passage ${question.id} ${again}`);
    if (next.withIt === first.withIt && next.withoutIt === first.withoutIt) return first;
  }
  return { withIt: first.withoutIt, withoutIt: first.withoutIt };
}
