import { randomUUID } from 'node:crypto';
import type { FrozenQuestion } from '@broadsheet/methods/five-layer';
import type { Host } from '../../host/index.ts';
import {
  actorOf,
  addEvidence,
  confirmHolding,
  createDecision,
  type DecisionState,
  freezeQuestion,
  giveContract,
  giveForecast,
  inputs,
  measureBaseline,
  nameBiases,
  runStages,
  talk,
} from '../index.ts';

export const FROZEN: FrozenQuestion = {
  version: 1,
  statement: 'Do we build our next system on this paper?',
  options: [
    { id: 'go', text: 'Build on it now' },
    { id: 'pilot', text: 'Try it for two weeks on our own data' },
    { id: 'wait', text: 'Do nothing now' },
  ],
  constraints: [{ id: 'C1', text: 'No more than two weeks without a release' }],
  killCriteria: [{ id: 'K1', observable: 'speed-up on our data', threshold: 'below 2 times', by: 'week 2' }],
};
export const QUESTION = inputs.Frozen.parse(FROZEN);
export const EVIDENCE = [
  'The runtime was measured on four devices and was faster on each of them. The authors give the numbers for every device in a table. Two of the devices were bought for this purpose.',
  'Two readers have repeated the measurement with the code that was released. One of them saw the same gain on a new device. The other saw no gain at all on an older one.',
];
export const never = new AbortController().signal;

/** A decision of one owner, taken as far as a test needs it. */
export function scene(host: Host, ownerId: number) {
  const actor = actorOf(ownerId);
  const owner = { actor, role: 'owner' } as const;

  async function initialised(given: Record<string, unknown> = {}): Promise<DecisionState> {
    const asked = inputs.NewDecision.parse({ key: randomUUID(), title: 'Build on Kestrel?', ...given });
    let state = await createDecision(host, { id: ownerId }, asked);
    const contract = inputs.Contract.parse({ decides: 'Ada', mayDo: 'advise', endsWhen: 'a kill criterion is met' });
    state = await giveContract(host, state, actor, contract);
    state = await freezeQuestion(host, state, actor, QUESTION);
    for (const [i, text] of EVIDENCE.entries())
      state = await addEvidence(host, state, actor, {
        source: 'note',
        title: `Note ${i + 1}`,
        text,
        direction: i === 0 ? 'for' : 'against',
      });
    const prior = { phase: 'prior', p: { go: 0.7, pilot: 0.6, wait: 0.3 }, leansTo: 'go' };
    state = await giveForecast(host, state, owner, inputs.Forecast.parse(prior));
    return nameBiases(host, state, actor, {
      items: ['sunk cost: we speak of the money', 'hope: we skip bad news', 'haste: we name the date'],
    });
  }

  async function live(given: Record<string, unknown> = {}): Promise<DecisionState> {
    const measured = await measureBaseline(host, await initialised(given), never);
    return confirmHolding(host, await runStages(host, measured, never), actor, never);
  }

  const say = (state: DecisionState, text: string, key = `key-${text}`) =>
    talk(host, state, actor, { text, key }, never);
  return { actor, owner, initialised, live, say };
}
