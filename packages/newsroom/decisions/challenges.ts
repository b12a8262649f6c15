import { randomBytes } from 'node:crypto';
import {
  askText,
  CHALLENGE_ASKS,
  challengePrompt,
  isChallengeDue,
  nearestByVectors,
  nearestByWords,
  nextChallengeKind,
  type PastChallenge,
  type ReviewedProposal,
  readChallenge,
  THRESHOLDS_V1,
  whyNotClosed,
} from '@broadsheet/methods/five-layer';
import type { z } from 'zod';
import type { Host } from '../host/index.ts';
import { houseEncoder } from '../search/encoders/house.ts';
import { requireEvidence } from './assumptions.ts';
import { endpointOf, ModelError, type ModelRequest } from './endpoints/index.ts';
import type * as inputs from './inputs.ts';
import { otherModelOf } from './models-of.ts';
import { actorOf } from './people.ts';
import { appendLate } from './record.ts';
import { Refused } from './refused.ts';
import { callModel, evidenceItems, type Tally, tallied } from './session.ts';
import type { Challenge, DecisionState } from './state.ts';
import { write } from './write.ts';

/** Challenges as the rules of their order look at them. */
function pastOf({ challenges }: DecisionState): PastChallenge[] {
  return challenges.map(({ kind, turn, proposal, duplicateOf }) => ({
    kind,
    turn,
    proposal,
    isDuplicate: duplicateOf !== null,
  }));
}

/** Whether the protocol wants a challenge now: after three answers, or because another option is proposed. */
export function isChallengeWanted(state: DecisionState): boolean {
  if (state.machine.phase !== 'active' || state.frozen.length === 0) return false;
  const proposals = state.seen.proposals.map(({ optionId }) => optionId);
  return isChallengeDue(answersOf(state), proposals, pastOf(state), THRESHOLDS_V1);
}

function answersOf({ chat }: DecisionState): number {
  return chat.filter(({ role, status }) => role === 'assistant' && status === 'ok').length;
}

/**
 * The next challenge, by the second model in a context of its own: it sees question, evidence and proposal, and not who
 * prefers what. Its kind is one not used yet, as long as there is one.
 * @param after challenges that there were when it was asked for: taken up again after a kill, it is not made twice
 */
export async function makeChallenge(
  host: Host,
  state: DecisionState,
  signal: AbortSignal,
  after = state.challenges.length,
): Promise<DecisionState> {
  const frozen = state.frozen.at(-1);
  if (!frozen) throw new Refused('The question is not frozen yet.');
  if (state.challenges.length > after) return state;
  if (state.machine.phase !== 'active') throw new Refused('A model is asked for challenges in a live session only.');
  const kind = nextChallengeKind(pastOf(state));
  const optionId = state.seen.proposals.at(-1)?.optionId ?? null;
  const delimiter = randomBytes(6).toString('hex');
  const ask = askText({ id: kind, form: 'challenge', question: CHALLENGE_ASKS[kind] });
  const messages = challengePrompt(frozen, evidenceItems(state), reviewed(state, optionId), ask, delimiter);
  const place = { turn: 1, fork: `challenge ${after}`, context: 'clean' } as const;
  const request = { messages, maxTokens: 500, temperature: 0.7, place };
  const { said, model } = await tallied(host, async (tally) => ({
    said:
      (otherModelOf(state) ? await challengeBy(host, state, 'second', request, tally, signal) : null) ??
      (await challengeBy(host, state, 'first', request, tally, signal)),
    model: tally.model,
  }));
  if (!said) throw new Refused('Neither model wrote a challenge; ask once more.');
  const duplicateOf = await repeated(host, state, said.text);
  return appendLate(
    host,
    state,
    'challenger',
    () => [
      {
        type: 'challenge',
        id: `challenge-${after + 1}`,
        kind,
        ...said,
        turn: answersOf(state),
        proposal: optionId,
        duplicateOf,
        model,
      },
    ],
    (now) =>
      now.machine.phase !== 'active' || now.challenges.length !== after || now.frozen.length !== state.frozen.length,
  );
}

/**
 * What one of the two writes. The second may be one whose server is away: then the first writes it, in the same fresh
 * context, so that nobody's decision waits for it for ever. So it does where there is no second, or it was dismissed.
 * @returns null where it wrote none
 */
async function challengeBy(
  host: Host,
  state: DecisionState,
  which: 'first' | 'second',
  request: ModelRequest,
  tally: Tally,
  signal: AbortSignal,
) {
  try {
    const { text } = await callModel(host, state, await endpointOf(host, state, which), request, tally, signal);
    return readChallenge(text);
  } catch (error) {
    if (which === 'first' || signal.aborted || !(error instanceof ModelError)) throw error;
    return null;
  }
}

/** The proposal with the claims of the answer that it was read off. */
function reviewed({ claims }: DecisionState, optionId: string | null): ReviewedProposal | null {
  if (optionId === null) return null;
  const newest = claims.at(-1)?.turn;
  return { optionId, claims: claims.filter(({ turn }) => turn === newest).map(({ id, text }) => ({ id, text })) };
}

/**
 * The earlier challenge that says the same: by the house encoder, which runs here, else by words. A remote encoder of the
 * site is never asked: what is said in a decision goes to its models and to nobody else.
 */
async function repeated(host: Host, { challenges }: DecisionState, text: string): Promise<string | null> {
  const earlier = challenges.map((each) => each.text);
  const vectors = host.settings.encoder.name === 'house' ? await encoded(host, [text, ...earlier]) : null;
  const nearest = vectors ? nearestByVectors(vectors[0], vectors.slice(1)) : nearestByWords(text, earlier);
  return nearest && nearest.cosine > THRESHOLDS_V1.challenges.duplicate ? challenges[nearest.index].id : null;
}

async function encoded(host: Host, texts: readonly string[]): Promise<Float32Array[] | null> {
  try {
    return await (await houseEncoder()).encode(texts);
  } catch (error) {
    host.log.warn('challenges are compared by words: the encoder cannot be had', { error });
    return null;
  }
}

/** Closes a challenge: accepted with a change, rebutted with evidence that is new to the claim, or deferred to somebody and a day. */
export async function resolveChallenge(
  host: Host,
  state: DecisionState,
  actor: string,
  input: z.output<typeof inputs.Resolve>,
): Promise<DecisionState> {
  const challenge = state.challenges.find(({ id }) => id === input.id);
  if (!challenge) throw new Refused('There is no such challenge.');
  requireEvidence(state, input.evidenceIds);
  const owner = input.as === 'deferred' ? (input.owner ?? actor) : null;
  const people = [
    actorOf(state.ownerId),
    ...state.members.filter(({ role }) => role === 'member').map(({ reader }) => reader),
  ];
  if (owner !== null && !people.includes(owner)) throw new Refused('Whoever answers it must be the owner or a member.');
  const answer = { ...input, owner, change: input.as === 'accepted' ? input.change : null };
  const why = whyNotClosed(answer, {
    changes: changesSince(state, challenge).map(({ seq }) => seq),
    cited: citedFor(state, challenge),
  });
  if (why !== null) throw new Refused(why);
  return write(host, state, actor, { type: 'challenge-resolved', ...answer });
}

/** What was changed since a challenge was made. */
export function changesSince({ changes }: DecisionState, { seq }: Challenge): DecisionState['changes'] {
  return changes.filter((change) => change.seq > seq);
}

/** Evidence that was cited already for the claim that a challenge attacks: by the claim itself, or against an earlier challenge of it. */
export function citedFor({ claims, challenges }: DecisionState, { id, attacks }: Challenge): string[] {
  if (attacks === null) return [];
  const own = claims.find((claim) => claim.id === attacks)?.citedId;
  const others = challenges.filter((each) => each.id !== id && each.attacks === attacks && each.as === 'rebutted');
  return [...new Set([...(own ? [own] : []), ...others.flatMap(({ evidenceIds }) => evidenceIds)])];
}
