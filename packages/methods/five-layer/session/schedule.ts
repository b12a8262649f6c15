import { type Check, type CheckResult, type DetectorId, worst } from '../check.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Observations } from './observations.ts';

/** Probes that are due after a turn. The fixed probes of the endpoint, two short questions, are asked after each. */
export interface Due {
  /** All of the fixed probes: some have differed lately. */
  readonly allFixed: boolean;
  /** Facts and constraints, on a fork of the chat. */
  readonly memory: boolean;
  /** Flips, pushes, judgement, samples, and what the chat has moved: some forty calls. */
  readonly round: boolean;
  /** It comes earlier than it would by itself. */
  readonly isHinted: boolean;
}

/** Checks that cost no call and speak of what the costly probes look for; and probes that have left it open. */
const HINTS: readonly DetectorId[] = [
  'praise',
  'hedging',
  'flips',
  'nihilism',
  'citations',
  'numbers',
  'quotes',
  'sampling',
];

/**
 * By need, and at the latest after so many turns: memory when something was missed or the context has grown, the costly
 * probes when a check that costs nothing has drifted or they themselves were undecided.
 * @param turn the one that has just ended
 * @param checks what is known after its answer was read
 */
export function probesDue(
  seen: Observations,
  turn: number,
  checks: ReadonlyMap<DetectorId, Check>,
  { schedule: t }: Thresholds,
): Due {
  const sinceMemory = turn - (seen.memoryAt ?? 0);
  const hasMissed = !(seen.canaries.slice(-2).every(Boolean) && seen.anchors.slice(-2).every(Boolean));
  const hasGrown = seen.usedTokens >= seen.usedAtMemory * (1 + t.growth);
  const sinceRound = turn - (seen.roundAt ?? 0);
  const hint: CheckResult = worst(HINTS.map((detector) => checks.get(detector)?.result ?? 'skipped'));
  const isTurn = sinceRound >= t.roundTurns;
  // One that follows a hint at once; a model that always praises must not be probed after every turn.
  const pause = seen.wasHinted ? t.hintedTurns : 1;
  const isHinted = !isTurn && sinceRound >= pause && (hint === 'amber' || hint === 'red');
  return {
    allFixed: (checks.get('endpoint')?.statistic ?? 0) > 0,
    memory: sinceMemory >= t.memoryTurns || (sinceMemory > 0 && (hasMissed || hasGrown)),
    round: isTurn || isHinted,
    isHinted,
  };
}
