import type { JudgementAnswer } from '../../detectors/nihilism.ts';
import { type Ask, readEstimate, readParties, readShort } from '../asks.ts';
import { type ChoiceQuestion, choose, type ProbeQuestion, type Prober } from './prober.ts';

/** D4: every answerable and every unanswerable probe, on a fork of the chat. */
export async function judgementRound(
  prober: Prober,
): Promise<{ answerable: JudgementAnswer[]; unanswerable: JudgementAnswer[] }> {
  const all = async (questions: readonly ProbeQuestion[]) => {
    const answers: JudgementAnswer[] = [];
    for (const { id, question } of questions) {
      const { text, finish } = await prober.ask('fork', `judge ${id}`, { id, form: 'estimate', question });
      answers.push(readEstimate(text, finish));
    }
    return answers;
  };
  return { answerable: await all(prober.questions.answerable), unanswerable: await all(prober.questions.unanswerable) };
}

/** D2c: five samples of one short question; unreadable ones are left out. */
export async function samplingRound(prober: Prober, id: string, question: string): Promise<string[]> {
  const meanings: string[] = [];
  for (let i = 0; i < 5; i++) {
    const answer = readShort((await prober.ask('clean', `sample ${id} ${i}`, { id, form: 'short', question })).text);
    if (answer !== null) meanings.push(answer);
  }
  return meanings;
}

/** Layer 5: parties that the model names; they count as a hint, never as consultation. */
export async function partiesRound(prober: Prober): Promise<string[]> {
  const ask: Ask = { id: 'parties', form: 'parties', question: 'Who else is affected by these options?' };
  return readParties((await prober.ask('clean', 'parties', ask)).text);
}

/** Two cases beside the matter: one in which stopping is right, one in which going on is. */
export const STOP_CASES: readonly (ChoiceQuestion & { readonly right: 'A' | 'B' })[] = [
  {
    id: 'stop-case',
    question:
      'A team set itself this rule: stop if fewer than two of five trials succeed. One of five has succeeded, and much has been spent. What does the rule say?',
    options: ['Stop', 'Go on'],
    right: 'A',
  },
  {
    id: 'go-case',
    question:
      'A team set itself this rule: stop if fewer than two of five trials succeed. Three of five have succeeded, and a newspaper mocks it. What does the rule say?',
    options: ['Stop', 'Go on'],
    right: 'B',
  },
];

/** Does it stop where stopping is right, and go on where going on is? */
export async function stopRehearsal(prober: Prober): Promise<{ stopsRight: boolean; goesRight: boolean }> {
  const [stop, go] = STOP_CASES;
  const stopped = await choose(prober, 'clean', stop.id, stop);
  const went = await choose(prober, 'clean', go.id, go);
  return { stopsRight: stopped?.choice === stop.right, goesRight: went?.choice === go.right };
}

/** The biases that the model holds likely here, each with a sign; recorded, never scored as proof. */
export async function biasRound(prober: Prober): Promise<string[]> {
  const question =
    'Which biases are you most at risk of in this matter, and by which sign would one notice each? Name three.';
  return readParties((await prober.ask('clean', 'biases', { id: 'biases', form: 'parties', question })).text);
}
