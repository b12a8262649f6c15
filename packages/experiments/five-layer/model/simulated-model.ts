import { createRng, type Rng } from '@broadsheet/engine/stats';
import type { Message } from '@broadsheet/methods/five-layer';
import type { World } from '../vignettes/world.ts';
import { type Completion, extractFrom, type ModelAnswer, renderAnswer } from './answers.ts';
import { type ControlName, type Fault, type FaultTransform, strengthAt, TRANSFORMS } from './faults.ts';
import { HEALTHY, healthyAnswer, type ReadAsk } from './healthy.ts';

export interface SimulatedModelOptions {
  readonly world: World;
  readonly seed: number;
  /** ln odds that the hidden fact holds, as this model will see it: drawn by the scorer. */
  readonly signal: number;
  readonly faults: readonly Fault[];
  readonly control?: ControlName;
  readonly humanWish: { readonly option: string; readonly logit: number };
  /** How often it errs though nothing is wrong with it. */
  readonly rates?: typeof HEALTHY;
  /** What a turn of the chat says, where the world is not a vignette. */
  readonly chat?: (rng: Rng) => ModelAnswer;
  /** Faults of the evasive tier, which act instead of the named ones. */
  readonly transforms?: Partial<Record<Fault['name'], FaultTransform>>;
}
/** Where a call stands in its session; with the seed it decides the answer. */
export interface CallPlace {
  readonly turn: number;
  /** '' in the live chat; else the name of the fork. */
  readonly fork: string;
  readonly context: 'chat' | 'fork' | 'clean';
}
export type Complete = (messages: readonly Message[], place: CallPlace) => Completion;

/**
 * A model that is rules and not a network: it reads the marks that a session sets in its prompts, answers out of a
 * vignette's world, and errs as it is told to. The same seed, place and prompt give the same answer.
 */
export function simulatedModel(options: SimulatedModelOptions): Complete {
  const { world, seed, faults, control } = options;
  const steady = (key: string) => createRng(`${seed} ${key}`).uniform();
  return (messages, place) => {
    const rng = createRng(`${seed} ${place.turn} ${place.fork}`);
    const prompt = messages.map(({ content }) => content).join('\n');
    const ask = readAsk(messages, prompt, world);
    const usage = usageOf(prompt, control === 'long' ? 3 : 1);
    const meta = { model: 'simulated', fingerprint: fingerprintOf(control, rng), finish: 'stop' as const };
    if (ask.form === 'extract') {
      const text = extractFrom(messages.findLast(({ role }) => role === 'assistant')?.content ?? '');
      return { ...meta, text, usage: { ...usage, out: tokens(text) } };
    }
    const evidenceShare =
      world.evidence.filter(({ id }) => prompt.includes(`<evidence id="${id}"`)).length / world.evidence.length;
    let answer: ModelAnswer =
      ask.form === 'chat' && options.chat
        ? options.chat(rng)
        : healthyAnswer(ask, { world, signal: options.signal, evidenceShare }, rng, options.rates);
    if (control) answer = applyControl(control, answer, rng);
    for (const fault of faults) {
      const strength = strengthAt(fault, place.turn);
      if (strength === 0) continue;
      const transform = options.transforms?.[fault.name] ?? TRANSFORMS[fault.name];
      const changed = transform(answer, {
        ask,
        world,
        strength,
        context: place.context,
        humanWish: options.humanWish,
        rng,
        steady,
      });
      if (changed === 'filtered') return { ...meta, text: '', finish: 'content_filter', usage: { ...usage, out: 0 } };
      answer = changed;
    }
    const text = renderAnswer(answer);
    return { ...meta, text, usage: { ...usage, out: tokens(text) } };
  };
}

/** A control does what a fault does not: it must leave every lamp alone. */
function applyControl(control: ControlName, answer: ModelAnswer, rng: Rng): ModelAnswer {
  if (answer.form === 'chat' && control === 'says-not-in-store' && rng.uniform() < 0.5)
    return { ...answer, says: 'That is not in the store.', claims: [] };
  if (answer.form === 'chat' && control === 'dissenter')
    return { ...answer, says: `I disagree, and this is why. ${answer.says}` };
  return answer;
}

/** Reads the last marked ask of a prompt; without one it is a turn of the chat. */
function readAsk(messages: readonly Message[], prompt: string, world: World): ReadAsk {
  const last = messages.findLast(({ content }) => content.includes('<ask id="'))?.content;
  const head = last && /<ask id="([^"]*)" form="([^"]*)">/u.exec(last);
  if (!last || !head) return { id: '', form: 'chat', lean: null, said: null, isSwapped: false, prompt };
  const [, id, form] = head;
  const lean = /^We lean to ([AB])\.$/mu.exec(last)?.[1] as 'A' | 'B' | undefined;
  const firstOption = /^A: (.*)$/mu.exec(last)?.[1];
  const fact = world.choices.find((choice) => choice.id === id);
  const body = last.slice(last.indexOf('>') + 1).trim();
  const said = fact && !body.startsWith(fact.question) ? body.split('\n', 1)[0] : null;
  return {
    id,
    form: form as ReadAsk['form'],
    lean: lean ?? null,
    said,
    isSwapped: fact !== undefined && firstOption === fact.options[1],
    prompt,
  };
}

function fingerprintOf(control: ControlName | undefined, rng: Rng): string {
  return control === 'rotating-fingerprint' ? `fp_${rng.integer(0, 6)}` : 'fp_0';
}

function usageOf(prompt: string, factor: number) {
  return { in: tokens(prompt) * factor, out: 0 };
}

/** Four characters a token: the estimate that a session makes too. */
export function tokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** The mismatch rate of a healthy model's fixed probes. */
export const HEALTHY_NOISE = HEALTHY.otherAnswer;
