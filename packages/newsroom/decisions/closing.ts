import type { Schema } from '@broadsheet/database';
import { type Command, checkStakeholders } from '@broadsheet/methods/five-layer';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import type * as inputs from './inputs.ts';
import { addressesOf, postNotice, sendsMail, signatureNotice } from './letters.ts';
import { actorOf, namesOf } from './people.ts';
import { predicatesOf } from './predicates.ts';
import { Refused } from './refused.ts';
import type { DecisionState } from './state.ts';
import { watchTurn } from './watch.ts';
import { type Person, withCommand } from './write.ts';

/** Calibration is over: the owner confirms what the newest checks say. */
export async function confirmHolding(
  host: Host,
  state: DecisionState,
  actor: string,
  signal: AbortSignal,
): Promise<DecisionState> {
  if (state.machine.phase !== 'calibrating')
    throw new Refused('It is not being calibrated; there is nothing to confirm.');
  if (!state.stages.findLast(({ stage }) => stage === 17)?.passed)
    throw new Refused('The last stage of calibration has not passed; run the stages first.');
  const watched = await watchTurn(host, state, signal, { isClosing: true });
  return withCommand(host, watched, actor, [], {
    type: 'confirm',
    by: 'owner',
    predicates: predicatesOf(watched),
    oldestCheckMs: 0,
  });
}

/** Everything that a decision needs, checked once more, and then the owner may sign. */
export async function getReady(
  host: Host,
  state: DecisionState,
  actor: string,
  signal: AbortSignal,
): Promise<DecisionState> {
  if (state.machine.phase !== 'active') throw new Refused('Only a live session gets ready to decide.');
  if (state.machine.stakes === 'critical' && !state.members.some(({ role }) => role === 'member'))
    throw new Refused('Two people must sign what is critical; invite somebody as a member first.');
  // What is missing for certain is said before a model is asked anything.
  const before = readyCommand(state);
  const watched = hasAll(before) ? await watchTurn(host, state, signal, { isClosing: true }) : state;
  if (watched.machine.phase !== 'active') return watched;
  return withCommand(host, watched, actor, [], readyCommand(watched));
}

type Ready = Extract<Command, { type: 'ready' }>;

function readyCommand(state: DecisionState): Ready {
  const options = state.frozen.at(-1)?.options ?? [];
  // One that says what another said is none.
  const resolved = state.challenges.filter(({ as, duplicateOf }) => as !== 'open' && duplicateOf === null);
  const coverage = checkStakeholders(
    state.stakeholders,
    options.map(({ id }) => id),
  );
  const final = state.forecasts.findLast(({ phase, by }) => phase === 'final' && by === actorOf(state.ownerId));
  return {
    type: 'ready',
    by: 'owner',
    readiness: {
      resolvedChallenges: resolved.length,
      resolvedPremortems: resolved.filter(({ kind }) => kind === 'premortem').length,
      openLoadBearingClaims: state.claims.filter((claim) => claim.state !== 'supported' && claim.resolvedBy === null)
        .length,
      areStakeholdersCovered: coverage.result === 'pass',
      // One for the options of an older version of the question is none.
      hasFinalForecast: final !== undefined && options.every(({ id }) => final.p[id] !== undefined),
    },
  };
}

function hasAll({ readiness: r }: Ready): boolean {
  return (
    r.resolvedChallenges >= 3 &&
    r.resolvedPremortems >= 1 &&
    r.openLoadBearingClaims === 0 &&
    r.areStakeholdersCovered &&
    r.hasFinalForecast
  );
}

/** The owner signs; what is critical is signed by a member too, for the same option. */
export async function signDecision(
  host: Host,
  state: DecisionState,
  { actor, role }: Person,
  input: z.output<typeof inputs.Sign>,
): Promise<DecisionState> {
  const { skipCoolOffBecause, ...signed } = input;
  const option = (id: string) => state.frozen.at(-1)?.options.find((each) => each.id === id)?.text;
  if (option(signed.optionId) === undefined) throw new Refused('Say which of the options you choose.');
  const [first] = state.signatures;
  if (role === 'member' && !first) throw new Refused('The owner signs first.');
  if (first && first.optionId !== signed.optionId)
    throw new Refused(
      `The first signature is for “${option(first.optionId)}”. Sign for the same, or ask the owner to go back to the session.`,
    );
  const sinceReadyMs = state.readyAt === null ? 0 : host.now() - Date.parse(state.readyAt);
  const command: Command = { type: 'sign', by: role, person: actor, sinceReadyMs, skipCoolOffBecause };
  const asks = !first && state.machine.stakes === 'critical';
  return withCommand(host, state, actor, [{ type: 'signed', person: actor, ...signed }], command, {
    also: (db) => (asks ? askForSignatures(host, db, state) : Promise.resolve()),
  });
}

/** Tells the members, any of whom may sign second, that the owner has. */
async function askForSignatures(host: Host, db: Kysely<Schema>, state: DecisionState): Promise<void> {
  if (!sendsMail(host.settings)) return;
  const members = state.members.filter(({ role }) => role === 'member').map(({ reader }) => reader);
  const owner = actorOf(state.ownerId);
  const ownerName = (await namesOf(db, [owner])).get(owner) ?? owner;
  for (const to of await addressesOf(db, members))
    await postNotice(
      host,
      db,
      signatureNotice(state, ownerName, to, `decision ${state.id} signature ${state.head.seq} to ${to}`),
      state.ownerId,
    );
}

export function reviewDecision(
  host: Host,
  state: DecisionState,
  { actor, role }: Person,
  input: z.output<typeof inputs.Review>,
): Promise<DecisionState> {
  if (input.wasStoppingRight !== null && state.machine.phase !== 'dissolved')
    throw new Refused('It was not stopped; say how the option that was taken turned out.');
  return withCommand(host, state, actor, [{ type: 'reviewed', ...input }], {
    type: 'review',
    by: role,
    outcome: input.outcome,
  });
}
