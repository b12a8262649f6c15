import type { Host } from '../../host/index.ts';
import {
  actorOf,
  confirmHolding,
  type DecisionState,
  getReady,
  giveForecast,
  inputs,
  invitationByLink,
  invite,
  join,
  makeChallenge,
  measureBaseline,
  readDecision,
  resolveChallenge,
  reviewDecision,
  runStages,
  setStakeholder,
  signDecision,
} from '../index.ts';
import { never, scene } from './scene.ts';

/** As far as the signatures, with somebody else as a member unless the owner is alone. */
export async function readyToSign(
  host: Host,
  ownerId: number,
  memberId: number | null,
  given: Record<string, unknown> = {},
): Promise<DecisionState> {
  const { actor, owner, initialised } = scene(host, ownerId);
  let state = await initialised(given);
  if (memberId !== null) {
    state = await joined(host, state, memberId, 'member');
    const member = { actor: actorOf(memberId), role: 'member' } as const;
    const prior = { phase: 'prior', p: { go: 0.1, pilot: 0.2, wait: 0.3 }, leansTo: 'wait' };
    state = await giveForecast(host, state, member, inputs.Forecast.parse(prior));
  }
  state = await runStages(host, await measureBaseline(host, state, never), never);
  state = await confirmHolding(host, state, actor, never);
  for (let i = 0; i < 3; i++) {
    state = await makeChallenge(host, state, never);
    const answer = { id: state.challenges[i].id, as: 'rebutted', response: 'Seen.', evidenceIds: ['E1'] };
    state = await resolveChallenge(host, state, actor, inputs.Resolve.parse(answer));
  }
  const final = { phase: 'final', p: { go: 0.5, pilot: 0.8, wait: 0.3 }, leansTo: 'pilot' };
  state = await giveForecast(host, state, owner, inputs.Forecast.parse(final));
  state = await setStakeholder(host, state, actor, {
    name: 'Our users',
    hasUpside: true,
    impacts: ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: 1 })),
  });
  return getReady(host, state, actor, never);
}

/** Somebody comes in by a link that the owner made. */
export async function joined(
  host: Host,
  state: DecisionState,
  readerId: number,
  role: 'member' | 'observer',
): Promise<DecisionState> {
  const { secret } = await invite(host, state, { role, handle: '', email: '' });
  const invitation = await invitationByLink(host, secret as string);
  if (!invitation) throw new Error('joined: the link does not lead anywhere.');
  await join(host, readerId, invitation);
  return (await readDecision(host.database.db, state.id)) as DecisionState;
}

/** Signed by two, and reviewed where that is asked for. */
export async function decided(
  host: Host,
  ownerId: number,
  memberId: number,
  { outcome = null as 0 | 1 | null } = {},
): Promise<DecisionState> {
  let state = await readyToSign(host, ownerId, memberId, { stakes: 'critical' });
  const sign = inputs.Sign.parse({
    optionId: 'pilot',
    rationale: 'A cheap step that tells us most, on our own data.',
    dissent: '',
    reviewOn: '2026-03-01',
  });
  const [owner, member] = [
    { actor: actorOf(ownerId), role: 'owner' },
    { actor: actorOf(memberId), role: 'member' },
  ] as const;
  state = await signDecision(host, state, owner, sign);
  state = await signDecision(host, state, member, { ...sign, dissent: 'I would rather wait for the corrected code.' });
  if (outcome === null) return state;
  const review = inputs.Review.parse({ outcome: 'It went as it went.', resolutions: { pilot: outcome } });
  return reviewDecision(host, state, owner, review);
}
