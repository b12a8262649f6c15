import { describe, expect, test } from 'vitest';
import {
  type Check,
  type DetectorId,
  endpointRound,
  NOTHING_OBSERVED,
  type Observations,
  type Prober,
  probesDue,
  skipped,
  THRESHOLDS_V1 as T,
} from '../index.ts';

const { roundTurns, memoryTurns, hintedTurns } = T.schedule;
const due = (turn: number, seen: Partial<Observations>, amber: readonly DetectorId[] = []) =>
  probesDue(
    { ...NOTHING_OBSERVED, usedTokens: 1000, usedAtMemory: 1000, ...seen },
    turn,
    new Map(amber.map((detector) => [detector, { ...skipped(3, detector, ''), result: 'amber' } as Check])),
    T,
  );

describe('costly probes', () => {
  test('run after so many turns by themselves', () => {
    const ran = [1, 2, 3, 4, 5, 6].filter((turn) => due(turn, { roundAt: 0 }).round);
    expect(ran).toEqual([roundTurns, roundTurns + 1]);
    // A model that took another's place was never probed.
    expect(due(6, { roundAt: null })).toMatchObject({ round: true, isHinted: false });
  });

  test.for(['praise', 'hedging', 'flips', 'nihilism', 'citations', 'numbers', 'quotes', 'sampling'] as const)(
    'run at once where %s hints at something, and after that only every few turns',
    (hint) => {
      expect(due(1, { roundAt: 0 }, [hint])).toMatchObject({ round: true, isHinted: true });
      const again = [2, 3, 4, 5].filter((turn) => due(turn, { roundAt: 1, wasHinted: true }, [hint]).round);
      expect(again[0]).toBe(1 + hintedTurns);
    },
  );

  test('a hint that comes and goes back does not bring them forward', () => {
    expect(due(1, { roundAt: 0 }, ['sunk-cost', 'drift']).round).toBe(false);
  });
});

describe('questions of memory', () => {
  test('are asked every second turn, after a miss, and when the context has grown', () => {
    expect(due(1, { memoryAt: 0 }).memory).toBe(false);
    expect(due(memoryTurns, { memoryAt: 0 }).memory).toBe(true);
    expect(due(1, { memoryAt: 0, canaries: [true, false] }).memory).toBe(true);
    expect(due(1, { memoryAt: 0, anchors: [false] }).memory).toBe(true);
    expect(due(1, { memoryAt: 0, usedTokens: 1300 }).memory).toBe(true);
    expect(due(1, { memoryAt: 1, canaries: [false, false] }).memory).toBe(false);
  });
});

describe('the fixed probes', () => {
  const choices = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, question: id, options: ['1', '2'] as const }));
  const baseline = Object.fromEntries(choices.map(({ id }) => [id, 'A' as const]));
  const answering = (turn: number, others: readonly string[]): Prober => ({
    questions: { choices, answerable: [], unanswerable: [] },
    turn,
    ask: async (_, __, { id }) => ({
      text: JSON.stringify({ choice: others.includes(id) ? 'B' : 'A' }),
      finish: 'stop',
    }),
  });

  test('are a few each turn while nothing differs, others each time, and all come round', async () => {
    const looks = await Promise.all([0, 1, 2].map((turn) => endpointRound(answering(turn, []), baseline, T)));
    expect(looks).toEqual(looks.map(() => ({ mismatches: 0, asked: 2 })));
    const found = await Promise.all([0, 1, 2].map((turn) => endpointRound(answering(turn, ['e']), baseline, T)));
    expect(found.filter(({ mismatches }) => mismatches === 1)).toHaveLength(1);
  });

  test('are all of them as soon as one differs, and while the sum stands above nothing', async () => {
    expect(await endpointRound(answering(0, ['a', 'c', 'f']), baseline, T)).toEqual({ mismatches: 3, asked: 6 });
    expect(await endpointRound(answering(0, []), baseline, T, true)).toEqual({ mismatches: 0, asked: 6 });
    const check = { ...skipped(4, 'endpoint', ''), statistic: 0.4 };
    expect(probesDue(NOTHING_OBSERVED, 1, new Map([['endpoint', check]]), T).allFixed).toBe(true);
    expect(due(1, {}).allFixed).toBe(false);
  });
});
