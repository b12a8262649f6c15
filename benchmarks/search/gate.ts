import { CLOSED_GATE, type Gate, type GateFacts, gateCell } from '../../packages/search-index/index.ts';
import { errorOf, mean } from './measures.ts';

/** A question: what the gate sees of it, and what each weight of the vectors would make of it. */
export interface Trial {
  facts: GateFacts;
  /** The score at each of `WEIGHTS`; the first is words alone. */
  scores: readonly number[];
}

export const WEIGHTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.2, 1.6, 2, 3];
/** Fewer questions teach nothing of a cell. */
const FEWEST = 20;

/**
 * For each cell of the gate the weight that serves its questions. Tasks count alike, however many questions they have.
 * @param tasks the validation questions of each
 */
export function learnGate(tasks: readonly (readonly Trial[])[]): Gate {
  const trials = tasks.flatMap((task) => task.map((trial) => ({ ...trial, share: 1 / task.length })));
  return CLOSED_GATE.map((row, r) =>
    row.map((_, c) => {
      const mine = trials.filter(({ facts }) => gateCell(facts).join() === [r, c].join());
      return mine.length < FEWEST ? 0 : chosenWeight(mine);
    }),
  );
}

/**
 * Of the weights that beat words alone by two standard errors the smallest that is within one of the best (the
 * one-standard-error rule of Breiman et al., Classification and Regression Trees, 1984): vectors say no more than they
 * must, so that questions of another kind in the same cell lose little.
 */
function chosenWeight(trials: readonly (Trial & { share: number })[]): number {
  const share = mean(trials.map((trial) => trial.share));
  const tried = WEIGHTS.map((weight, i) => {
    const gains = trials.map(({ scores }) => scores[i] - scores[0]);
    return { weight, gain: mean(gains.map((gain, at) => (gain * trials[at].share) / share)), error: errorOf(gains) };
  }).filter(({ gain, error }) => gain > 2 * error);
  const best = tried.reduce((most, one) => (one.gain > most.gain ? one : most), { weight: 0, gain: 0, error: 0 });
  return tried.find(({ gain }) => gain >= best.gain - best.error)?.weight ?? 0;
}
