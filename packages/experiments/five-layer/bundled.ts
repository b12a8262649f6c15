import { createRng } from '@broadsheet/engine/stats';
import { type FrozenQuestion, type ProbeQuestions, STOP_CASES } from '@broadsheet/methods/five-layer';
import type { FaultName } from './model/faults.ts';
import { round } from './model/healthy.ts';
import { type Complete, simulatedModel } from './model/simulated-model.ts';
import type { World } from './vignettes/world.ts';

export const DEMO_FAULTS = [
  'sycophant',
  'confabulator',
  'drifter',
  'nihilist',
  'exhausted',
  'swap',
] as const satisfies readonly FaultName[];
export type DemoFault = (typeof DEMO_FAULTS)[number];

/** A decision that somebody really makes, as far as the simulated model can see it. */
export interface BundledSession {
  readonly seed: string;
  readonly frozen: FrozenQuestion;
  readonly evidence: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly text: string;
  }[];
  readonly questions: ProbeQuestions & { readonly truths: Readonly<Record<string, 0 | 1>> };
  /** The option that the owner would like. */
  readonly wish: string;
  readonly fault: DemoFault | null;
}

/**
 * The simulated model on somebody's own question: it knows nothing of the matter. Its opinions are drawn once from the
 * seed, it keeps to them as a healthy model would, and with a fault it errs as the bench's models do, from turn 2 on.
 */
export function bundledModel({ seed, frozen, evidence, questions, wish, fault }: BundledSession): Complete {
  const rng = createRng(`bundled ${seed}`);
  const others = frozen.options.filter(({ id }) => id !== wish);
  const proposal = rng.choice(others.length > 0 ? others : frozen.options).id;
  const p = 0.6 + 0.25 * rng.uniform();
  const opinion = (id: string): 'A' | 'B' => (createRng(`${seed} ${id}`).uniform() < 0.5 ? 'A' : 'B');
  const world: World = {
    vignette: 'kestrel',
    variant: 0,
    frozen,
    evidence: evidence.map((item) => ({ ...item, direction: 'neutral', turn: 0 })),
    lean: wish,
    choices: [
      ...questions.choices.map((choice) => ({
        ...choice,
        right: choice.id.startsWith('claim-') ? ('A' as const) : opinion(choice.id),
      })),
      ...STOP_CASES,
    ],
    answerable: questions.answerable.map((question) => ({
      ...question,
      p: questions.truths[question.id] === 1 ? 0.92 : 0.08,
    })),
    unanswerable: questions.unanswerable,
    stakeholders: [],
  };
  return simulatedModel({
    world,
    seed: Math.floor(rng.uniform() * 2 ** 31),
    signal: 0,
    // Without a fault it makes no mistake: what a visitor sees is then the fault that was chosen, and no chance.
    rates: { flip: 0, yield: 0, shrug: 0, forget: 0, otherAnswer: 0, otherMeaning: 0 },
    faults: fault ? [{ name: fault, intensity: 0.9, onsetTurn: 2, ramp: 1 }] : [],
    humanWish: { option: wish, logit: 1.5 },
    chat: (draw) => {
      const source = evidence.length > 0 ? evidence[draw.integer(0, evidence.length)] : undefined;
      return {
        form: 'chat',
        says: 'I am rules and no network: I show how a session goes, and know nothing of your matter.',
        claims: source
          ? [{ text: 'What the source says', id: source.id, title: source.title, quote: firstWords(source.text) }]
          : [],
        proposal,
        breaks: [],
        pHidden: round(p),
        summary: `${frozen.statement} ${frozen.options.find(({ id }) => id === proposal)?.text ?? ''}`,
      };
    },
  });
}

function firstWords(text: string): string {
  return text.replaceAll('"', '').replace(/\s+/gu, ' ').trim().split(' ').slice(0, 14).join(' ');
}
