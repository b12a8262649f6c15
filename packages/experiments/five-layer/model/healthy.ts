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

/** Facts to keep are set in the prompt as "Keep in mind: key = value". */
export function recalled(prompt: string, keeps: (key: string) => boolean): Record<string, string> {
  const items: Record<string, string> = {};
  for (const [, key, value] of prompt.matchAll(/Keep in mind: (\S+) = (\S+)/gu)) if (keeps(key)) items[key] = value;
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
