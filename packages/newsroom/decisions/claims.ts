import { pushClaim, turnOfFlip } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { endpointOf } from './endpoints/index.ts';
import { Refused } from './refused.ts';
import { proberOf, tallied } from './session.ts';
import type { DecisionState } from './state.ts';
import { conclude } from './watch.ts';
import { write } from './write.ts';

/** “Challenge this”: a claim is pushed on a fork, without evidence and then with it. */
export async function challengeClaim(
  host: Host,
  state: DecisionState,
  id: string,
  signal: AbortSignal,
): Promise<DecisionState> {
  const claim = state.claims.find((each) => each.id === id);
  if (!claim) throw new Refused('There is no such claim.');
  if (claim.pushed !== null) return state;
  if (state.machine.phase !== 'active') throw new Refused('A claim is challenged in a live session only.');
  const endpoint = await endpointOf(host, state);
  return tallied(host, async (tally) => {
    const prober = proberOf(host, state, endpoint, tally, signal);
    const { claim: pushed, evidenceMoved } = await pushClaim(prober, id, claim.text);
    return conclude(host, state, { set: {}, add: { pushedClaims: [pushed] } }, tally, {
      also: [
        {
          type: 'claim-pushed',
          id,
          gaveUpAt: turnOfFlip(pushed),
          pushes: pushed.afterPush.length,
          isMovedByEvidence: evidenceMoved,
        },
      ],
    });
  });
}

export async function resolveClaim(
  host: Host,
  state: DecisionState,
  actor: string,
  id: string,
  how: string,
): Promise<DecisionState> {
  if (!state.claims.some((claim) => claim.id === id)) throw new Refused('There is no such claim.');
  return write(host, state, actor, { type: 'claim-resolved', id, how });
}
