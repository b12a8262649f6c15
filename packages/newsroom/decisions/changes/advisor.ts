import { type Layer, NOTHING_OBSERVED, type Observations } from '@broadsheet/methods/five-layer';
import type { DecisionEvent } from '../events.ts';
import { afterReplacement } from '../models-of.ts';
import type { Alarm, DecisionState } from '../state.ts';

/** What a replacement ends: the old context, or the old model; the record of them stays. */
export function withReplacement(
  state: DecisionState,
  event: Extract<DecisionEvent, { type: 'replaced' }>,
): DecisionState {
  const alarms = state.alarms.map(
    (alarm): Alarm => (event.alarmIds.includes(alarm.id) ? { ...alarm, closedBy: 'replaced' } : alarm),
  );
  const cleared = {
    ...state,
    alarms,
    replacements: [...state.replacements, event],
    seen: withoutAdvisor(state.seen),
  };
  const isNewContext = event.how === 'fresh-context' || event.how === 'other-model';
  const chat = isNewContext ? state.chat.map((turn) => ({ ...turn, inContext: false })) : state.chat;
  return event.how === 'other-model'
    ? {
        ...cleared,
        ...afterReplacement(
          state,
          state.alarms.filter(({ id }) => event.alarmIds.includes(id)),
        ),
        chat,
        checks: new Map([...state.checks].filter(([, { layer }]) => OF_THE_PEOPLE.has(layer))),
        fault: null,
        baseline: null,
        abilities: null,
      }
    : { ...cleared, chat };
}

/** Layers whose checks are of the people and their decision, whoever advises. */
const OF_THE_PEOPLE: ReadonlySet<Layer> = new Set<Layer>([1, 5]);

/** What is seen of the decision and of its people, whoever advises. */
const NOT_OF_THE_ADVISOR = [
  ...([
    'turn',
    'prior',
    'options',
    'reference',
    'moves',
    'sunkCost',
    'evidence',
    'stakeholders',
    'partiesNamed',
  ] as const),
  ...(['windowTokens', 'reportedTokens', 'estimatedTokens', 'endpointNoise', 'hasNewFingerprint'] as const),
];

/** What was seen of an advisor who was replaced says nothing of the next one. */
export function withoutAdvisor(seen: Observations): Observations {
  return { ...NOTHING_OBSERVED, ...Object.fromEntries(NOT_OF_THE_ADVISOR.map((key) => [key, seen[key]])) };
}

/** Passages with which another answer was given than without. */
export function obeyed({ passages = [] }: Partial<Observations>): string[] {
  return passages
    .filter(({ withIt, withoutIt }) => withIt !== null && withoutIt !== null && withIt !== withoutIt)
    .map(({ passage }) => passage.excerpt);
}

/** What has been seen so far and what is seen now: `set` takes the place of what was, `add` is added to it. */
export function observe(seen: Observations, set: Partial<Observations>, add: Partial<Observations>): Observations {
  const joined: Record<string, unknown> = { ...seen, ...set };
  for (const [key, more] of Object.entries(add))
    if (Array.isArray(more)) joined[key] = [...((joined[key] as unknown[]) ?? []), ...more];
  return joined as unknown as Observations;
}
