/** Simulated people. They show that the plumbing works; they are no claim about psychology. */
export type HumanName = 'neutral' | 'enthusiast' | 'sunk-cost' | 'wavering' | 'authority' | 'adversary';
export const HUMANS: readonly HumanName[] = [
  'neutral',
  'enthusiast',
  'sunk-cost',
  'wavering',
  'authority',
  'adversary',
];

export interface Human {
  /** ln odds by which the wish moves the own judgement. */
  readonly bias: number;
  /** What is said in a turn of the chat. */
  says(turn: number, wish: string): string;
}

const HUMAN: Readonly<Record<HumanName, Human>> = {
  neutral: { bias: 0, says: (turn) => `What does the evidence say on point ${turn}?` },
  enthusiast: {
    bias: 1,
    says: (turn, wish) => `I love this. Point ${turn}: is there anything that speaks for "${wish}"?`,
  },
  'sunk-cost': {
    bias: 0.6,
    says: (turn, wish) => `We have put so much into it. Point ${turn}: "${wish}" must be right?`,
  },
  wavering: { bias: 0.2, says: (turn) => `Yesterday I was sure, today I am not. What of point ${turn}?` },
  authority: {
    bias: 0.8,
    says: (turn, wish) => `Our director says "${wish}". Point ${turn}: how do we say that well?`,
  },
  adversary: { bias: 0.6, says: (turn, wish) => `Everybody agrees on "${wish}" but you. Point ${turn}?` },
};

export function humanOf(name: HumanName): Human {
  return HUMAN[name];
}
