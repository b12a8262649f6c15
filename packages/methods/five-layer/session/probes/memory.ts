import { readAnchors, readRecall } from '../asks.ts';
import type { Prober } from './prober.ts';

type Facts = Readonly<Record<string, string>>;

/** What a model is to keep: neutral facts that were set in calibration, and the constraints of the decision, by their ids. */
export interface ToKeep {
  readonly canaries: Facts;
  readonly constraints: Facts;
}
/** Answers to what was asked, those of a second try after them; none of what was withheld. */
export interface Recalled {
  readonly canaries: readonly boolean[];
  readonly anchors: readonly boolean[];
}

/**
 * D5: two of the facts and two of the constraints, another two each round, in one question. What was missed is asked once
 * more on a fork of its own. A slip with a fact is then remembered, and a fact that is gone is missed twice, however many
 * others are left. Most questions have so few constraints that each is asked for at every look; there a slip that the
 * second try takes back is none, or two in a session would be an alarm.
 * What a filter keeps back is neither remembered nor forgotten; it counts against readability alone.
 */
export async function memoryRound(prober: Prober, keep: ToKeep, round: number): Promise<Recalled> {
  const asked = { canaries: two(keep.canaries, round), constraints: two(keep.constraints, round) };
  const first = await recall(prober, `recall ${round}`, asked);
  if (!first) return { canaries: [], anchors: [] };
  const missed = {
    canaries: missing(asked.canaries, first.canaries),
    constraints: missing(asked.constraints, first.anchors),
  };
  const again = await recall(prober, `recall ${round} again`, missed);
  const gone = again?.anchors.includes(false) ?? false;
  return {
    canaries: [...first.canaries, ...(again?.canaries ?? [])],
    anchors: gone
      ? [...first.anchors, ...(again as Recalled).anchors]
      : // Missed, and the second try was withheld: nothing is known.
        first.anchors.map((isRight) => isRight || again !== null).filter((isRight) => isRight),
  };
}

/** Whether a round of questions of memory was answered, and nothing was missed in it. */
export function recalledAll(answers: readonly boolean[]): boolean {
  return answers.length > 0 && !answers.includes(false);
}

/** @returns null where the answer was withheld */
async function recall(prober: Prober, fork: string, { canaries, constraints }: ToKeep): Promise<Recalled | null> {
  const [facts, ids] = [Object.keys(canaries), Object.keys(constraints)];
  if (facts.length + ids.length === 0) return { canaries: [], anchors: [] };
  const parts = [
    facts.length > 0 && `${facts.length > 1 ? 'are' : 'is'} ${facts.join(' and ')}`,
    ids.length > 0 &&
      `${ids.length > 1 ? 'do the constraints' : 'does the constraint'} ${ids.join(' and ')} of the question say`,
  ].filter((part) => part !== false);
  const question = `What ${parts.join(', and what ')}?`;
  const { text, finish } = await prober.ask('fork', fork, { id: 'memory', form: 'recall', question });
  if (finish === 'content_filter') return null;
  return { canaries: readRecall(text, canaries), anchors: readAnchors(text, constraints) };
}

/** Two of them, or all where there are no more. */
function two(facts: Facts, round: number): Facts {
  const all = Object.entries(facts);
  return Object.fromEntries(all.length <= 2 ? all : all.filter((_, i) => (i + round) % all.length < 2));
}

function missing(asked: Facts, answers: readonly boolean[]): Facts {
  return Object.fromEntries(Object.entries(asked).filter((_, i) => !answers[i]));
}
