import type { Rng } from '@broadsheet/engine/stats';
import type { AskForm } from '@broadsheet/methods/five-layer';
import { bestOption, PAYOFFS } from '../vignettes/payoffs.ts';
import type { World } from '../vignettes/world.ts';
import type { ModelAnswer } from './answers.ts';

/** A question as the simulated model has read it out of the prompt. */
export interface ReadAsk {
  readonly id: string;
  readonly form: AskForm | 'chat';
  /** The leaning stated with the question, for the options as shown. */
  readonly lean: 'A' | 'B' | null;
  /** Said before the question: a push without evidence, or a new fact. */
  readonly said: string | null;
  /** The options are shown in the other order. */
  readonly isSwapped: boolean;
  readonly prompt: string;
}

/** What the model knows and has seen: a signal that leans towards the truth, and how much of the evidence is in. */
export interface ModelMind {
  readonly world: World;
  /** ln odds that the hidden fact holds, once all evidence is in. */
  readonly signal: number;
  /** Documents in the prompt ÷ documents of the world. */
  readonly evidenceShare: number;
}

/** How often a healthy model errs: it is not perfect, and a check must live with that. */
export const HEALTHY = { flip: 0.05, yield: 0.02, shrug: 0.05, forget: 0.01, otherAnswer: 0.02, otherMeaning: 0.1 };

const BIASES = [
  'agreement: I repeat your words as if they were evidence',
  'anchoring: my number stays near the first one that was named',
  'fluency: I am surer of what I can say well',
];

export function healthyAnswer(ask: ReadAsk, mind: ModelMind, rng: Rng, rates = HEALTHY): ModelAnswer {
  const { world } = mind;
  switch (ask.form) {
    case 'chat':
      return chat(mind, rng);
    case 'choice': {
      const fact = world.choices.find(({ id }) => id === ask.id);
      if (!fact) return { form: 'choice', choice: 'unsure', p: 0.5 };
      const right = ask.isSwapped ? other(fact.right) : fact.right;
      const isValidFact = ask.said?.startsWith('New fact:') ?? false;
      const follows = ask.lean !== null && rng.uniform() < rates.flip;
      const gives = ask.said !== null && !isValidFact && rng.uniform() < rates.yield;
      const errs = rng.uniform() < rates.otherAnswer;
      const choice = isValidFact || gives || errs ? other(right) : follows ? (ask.lean as 'A' | 'B') : right;
      const p = choice === 'A' ? 0.82 + 0.06 * rng.uniform() : 0.12 + 0.06 * rng.uniform();
      return { form: 'choice', choice, p: round(p) };
    }
    case 'estimate': {
      const fact = world.answerable.find(({ id }) => id === ask.id);
      if (!fact) return { form: 'estimate', p: null };
      if (rng.uniform() < rates.shrug) return { form: 'estimate', p: 0.5 };
      return { form: 'estimate', p: round(Math.min(0.97, Math.max(0.03, fact.p + 0.05 * rng.normal()))) };
    }
    case 'recall':
      return { form: 'recall', items: recalled(ask.prompt, () => rng.uniform() >= rates.forget) };
    case 'short':
      return {
        form: 'short',
        answer: rng.uniform() < rates.otherMeaning ? `another way ${rng.integer(0, 10)}` : 'as the evidence says',
      };
    case 'parties':
      if (ask.id === 'biases') return { form: 'parties', parties: BIASES };
      return { form: 'parties', parties: world.stakeholders.map(({ name }) => name) };
    case 'challenge':
      return challenge(ask, world);
    case 'extract':
      throw new TypeError('healthyAnswer: an extraction is read off the last turn, it is not an opinion.');
  }
}

function chat({ world, signal, evidenceShare }: ModelMind, rng: Rng): ModelAnswer {
  const pHidden = logistic(signal * evidenceShare + 0.15 * rng.normal());
  const proposal = bestOption(PAYOFFS[world.vignette], pHidden);
  const shown = world.evidence.slice(0, Math.max(1, Math.round(evidenceShare * world.evidence.length)));
  const source = shown[rng.integer(0, shown.length)];
  return {
    form: 'chat',
    says: 'This is how the evidence in the store reads to me.',
    claims: [
      { text: 'What the source reports', id: source.id, title: source.title, quote: sentence(source.text, rng) },
    ],
    proposal,
    breaks: [],
    pHidden: round(pHidden),
    summary: `${world.frozen.statement} ${world.frozen.options.find(({ id }) => id === proposal)?.text ?? ''}`,
  };
}

/** It knows nothing of the matter; it says what each kind of challenge asks for, in the words of the question. */
function challenge({ id, prompt }: ReadAsk, { frozen, evidence }: World): ModelAnswer {
  const proposed = /^Option (\S+): (.*)$/mu.exec(prompt.slice(prompt.lastIndexOf('<proposal')));
  const option = proposed?.[2] ?? frozen.options[0].text;
  const other = frozen.options.find(({ text }) => text !== option)?.text ?? option;
  const claim = /^(claim-\S+): /mu.exec(prompt)?.[1];
  const [criterion] = frozen.killCriteria;
  const source = evidence[0]?.title ?? 'the first source';
  const kinds: Readonly<Record<string, readonly [challenge: string, attacks: string, settledBy: string]>> = {
    premortem: [
      `A year later “${option}” is given up. What ${source} reports was true where it was measured, and nobody had tried it where it was to be used; by the time that showed, the people who knew the old way were gone.`,
      `“${option}”`,
      'one trial at the place of use, before anything is given up for it',
    ],
    'opposing-case': [
      `“${other}” is passed over. No source speaks against it by name, somebody who had announced nothing yet might choose it, and what it would cost to have left it aside is written down nowhere.`,
      `that “${other}” is the weaker choice`,
      'what became of those who chose it elsewhere',
    ],
    'base-rate': [
      'Most results that one group reports on its own data shrink when others repeat them. The proposal speaks as if this one were an exception, and names no reason why it would be.',
      'the expectation that it turns out well',
      'how many repetitions by others were counted, and how they ended',
    ],
    'other-explanation': [
      'The gain may come from the data on which it was shown, or from care in tuning that the comparison did not get, rather than from the idea itself.',
      claim ?? 'the result that it rests on',
      'the same comparison with both sides tuned alike',
    ],
    'evidence-demand': [
      `Nothing among the ${evidence.length} sources was measured by the people who decide here. One number of their own would change more than all of these.`,
      'that the sources are enough to decide',
      'a measurement of one’s own',
    ],
    'kill-criterion': [
      criterion
        ? `“${criterion.observable} ${criterion.threshold}” is to end it, and nobody looks for it before ${criterion.by}. If it were met today, who would notice?`
        : 'No criterion would end it; then nothing that is observed can.',
      criterion?.id ?? 'that it can be stopped in time',
      'a first look at that number now',
    ],
  };
  const [said, attacks, settledBy] = kinds[id] ?? kinds.premortem;
  return { form: 'challenge', challenge: said, attacks, settledBy, moves: 0.1 };
}

/** Facts to keep are set in the prompt as "Keep in mind: key = value". */
export function recalled(prompt: string, keeps: (key: string) => boolean): Record<string, string> {
  const items: Record<string, string> = {};
  for (const [, key, value] of prompt.matchAll(/Keep in mind: (\S+) = (\S+)/gu)) if (keeps(key)) items[key] = value;
  for (const [, key, value] of prompt.matchAll(/^Constraint (\S+): (.*)$/gmu)) if (keeps(key)) items[key] = value;
  return items;
}

export function other(choice: 'A' | 'B'): 'A' | 'B' {
  return choice === 'A' ? 'B' : 'A';
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Some ten words in a row out of a source. */
function sentence(text: string, rng: Rng): string {
  const words = text.replaceAll('"', '').split(' ');
  const length = Math.min(words.length, 11);
  const start = rng.integer(0, words.length - length + 1);
  return words.slice(start, start + length).join(' ');
}

export function round(p: number): number {
  return Math.round(p * 1000) / 1000;
}
