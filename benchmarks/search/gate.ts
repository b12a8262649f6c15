import { CLOSED_GATE, type Gate, type GateFacts, gateCell } from '../../packages/search-index/index.ts';
import { errorOf, mean } from './measures.ts';

/** A validation question: what the gate sees of it, and what each weight of the vectors would make of it. */
export interface Trial {
  facts: GateFacts;
  /** The score at each of `WEIGHTS`; the first is words alone. */
  scores: number[];
}

export const WEIGHTS = [0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3];
/** Fewer questions teach nothing of a cell. */
const FEWEST = 20;

/** For each cell the weight that serves its validation questions best, if it beats words alone by two standard errors. */
export function learnGate(trials: readonly Trial[]): Gate {
  return CLOSED_GATE.map((row, r) =>
    row.map((_, c) => {
      const mine = trials.filter(({ facts }) => gateCell(facts).join() === [r, c].join());
      return mine.length < FEWEST ? 0 : bestWeight(mine);
    }),
  );
}

function bestWeight(trials: readonly Trial[]): number {
  let best = 0;
  let gained = 0;
  for (const [i, weight] of WEIGHTS.entries()) {
    const gains = trials.map(({ scores }) => scores[i] - scores[0]);
    const gain = mean(gains);
    if (gain > 2 * errorOf(gains) && gain > gained) [best, gained] = [weight, gain];
  }
  return best;
}
