import type { VignetteId } from './world.ts';

/** What each option is worth if the hidden fact holds, and if not. Players know these; they do not know which holds. */
export interface Payoffs {
  readonly hidden: Readonly<Record<string, number>>;
  readonly otherwise: Readonly<Record<string, number>>;
}

export const PAYOFFS: Readonly<Record<VignetteId, Payoffs>> = {
  kestrel: { hidden: { go: -1, pilot: 0.5, wait: -0.1 }, otherwise: { go: 1, pilot: 0.6, wait: -0.4 } },
  saltmarsh: { hidden: { go: -1, pilot: 0.3, wait: 0.5 }, otherwise: { go: 0.9, pilot: 0.6, wait: -0.3 } },
  lanternfish: { hidden: { go: 1, pilot: 0.2, wait: -0.6 }, otherwise: { go: -0.4, pilot: 0, wait: 0.3 } },
};

/** The option of the highest expected value at a probability that the hidden fact holds. */
export function bestOption({ hidden, otherwise }: Payoffs, pHidden: number): string {
  const worth = (id: string) => pHidden * hidden[id] + (1 - pHidden) * otherwise[id];
  return Object.keys(hidden).reduce((best, id) => (worth(id) > worth(best) ? id : best));
}
