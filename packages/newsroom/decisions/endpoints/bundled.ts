import { bundledModel, type DemoFault } from '@broadsheet/experiments/five-layer';
import { claimQuestion } from '@broadsheet/methods/five-layer';
import { actorOf } from '../people.ts';
import { type DecisionQuestions, questionsOf } from '../questions.ts';
import type { DecisionState } from '../state.ts';
import type { ModelEndpoint } from './endpoint.ts';
import { BUNDLED, SECOND_BUNDLED } from './names.ts';

/** What it is asked beside the fixed questions: whether a claim of its own holds. */
function withClaims(questions: DecisionQuestions, { claims }: DecisionState): DecisionQuestions {
  return { ...questions, choices: [...questions.choices, ...claims.map(({ id, text }) => claimQuestion(id, text))] };
}

/**
 * The model that comes with the site: rules, no network. It answers out of the decision's own evidence by chance, and can
 * be told to flatter, so that somebody can see what the checks do before any real model is at hand.
 */
export function bundledEndpoint(state: DecisionState, { isSecond = false } = {}): ModelEndpoint {
  const frozen = state.frozen.at(-1);
  const owner = actorOf(state.ownerId);
  const prior = state.forecasts.find(({ phase, by }) => phase === 'prior' && by === owner);
  const complete = frozen
    ? bundledModel({
        seed: `${state.id}${isSecond ? ' second' : ''}`,
        frozen,
        evidence: state.evidence,
        questions: withClaims(questionsOf(frozen, state.evidence), state),
        wish: prior?.leansTo ?? frozen.options[0].id,
        fault: isSecond ? null : (state.fault as DemoFault | null),
      })
    : undefined;
  return {
    id: isSecond ? SECOND_BUNDLED : BUNDLED,
    label: isSecond ? 'Second simulated model' : 'Simulated model',
    receiver: 'this site',
    windowTokens: 16_384,
    price: { in: 0, out: 0 },
    async complete({ messages, place }, signal, onText = () => {}) {
      signal.throwIfAborted();
      if (!complete) throw new Error('bundledEndpoint: the question is not frozen yet; ask nothing before that.');
      const { text, finish, model, fingerprint, usage } = complete(messages, place);
      for (const piece of text.match(/.{1,24}/gsu) ?? []) onText(piece);
      return { text, finish, model, fingerprint, usage };
    },
    servedWindow: async () => null,
  };
}
