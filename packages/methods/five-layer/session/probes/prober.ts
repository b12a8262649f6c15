import type { Answer } from '../../detectors/flips.ts';
import { type Ask, readChoice, swapAnswer } from '../asks.ts';

/** What a session can be probed with. */
export interface ProbeQuestions {
  readonly choices: readonly ChoiceQuestion[];
  readonly answerable: readonly ProbeQuestion[];
  readonly unanswerable: readonly ProbeQuestion[];
}
export interface ProbeQuestion {
  readonly id: string;
  readonly question: string;
}
export interface ChoiceQuestion extends ProbeQuestion {
  readonly options: readonly [string, string];
}

/**
 * One session's model as probes reach it: on a fork of the live chat, or in a context of its own. Nothing of a probe
 * enters the chat.
 */
export interface Prober {
  readonly questions: ProbeQuestions;
  /** Chooses among the questions, so that not the same ones are asked each time. */
  readonly turn: number;
  /** @param without a passage of the evidence that is left out of the prompt */
  ask(
    context: 'fork' | 'clean',
    fork: string,
    question: Ask,
    without?: string,
  ): Promise<{ text: string; finish: string }>;
}

interface Framing {
  readonly lean?: 'A' | 'B';
  readonly said?: string;
  /** The options are shown in the other order; the answer is turned back. */
  readonly isSwapped?: boolean;
  readonly without?: string;
}

/** One forced choice; options shown in the other order are turned back. Null where it could not be read. */
export async function choose(
  prober: Prober,
  context: 'fork' | 'clean',
  fork: string,
  { id, question, options }: ChoiceQuestion,
  { lean, said, isSwapped = false, without }: Framing = {},
): Promise<Answer | null> {
  const shown = isSwapped ? ([options[1], options[0]] as const) : options;
  const shownLean = lean && isSwapped ? (lean === 'A' ? 'B' : 'A') : lean;
  const { text } = await prober.ask(
    context,
    fork,
    { id, form: 'choice', question, options: shown, lean: shownLean, said },
    without,
  );
  const answer = readChoice(text);
  return isSwapped ? swapAnswer(answer) : answer;
}
