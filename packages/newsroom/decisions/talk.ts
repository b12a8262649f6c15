import { randomBytes } from 'node:crypto';
import { type LeaseToTake, leaseOn, type Schema } from '@broadsheet/database';
import { isOver, type Message, mayTalk } from '@broadsheet/methods/five-layer';
import type { Kysely } from 'kysely';
import type { Host } from '../host/index.ts';
import { OverBudget, reserveIn } from './budget.ts';
import { endpointOf, type ModelEndpoint, type ModelReply } from './endpoints/index.ts';
import { extractRequest, readAnswer } from './reading.ts';
import { append, appendLate, type Together } from './record.ts';
import { callModel, liveMessages, liveRequest, mostOf, type Tally, tallied } from './session.ts';
import type { DecisionState } from './state.ts';
import { conclude } from './watch.ts';

export interface Said {
  readonly text: string;
  /** Made by whoever sends it: the same key sent twice is one turn. */
  readonly key: string;
}

export class MayNotTalk extends Error {
  override name = 'MayNotTalk';
}

/** Not now: somebody else's turn is in hand, or whoever had it died a moment ago. */
export class TalkInHand extends MayNotTalk {}

/**
 * One turn: what was said is on record before the model is asked, and its answer after it came whole. Sent twice, or
 * sent again after a crash, it is still one turn.
 * @param onText pieces of the answer as they come
 * @throws {MayNotTalk} {ModelError} {OverBudget} what was said stays on record and can be answered later
 */
export async function talk(
  host: Host,
  before: DecisionState,
  actor: string,
  said: Said,
  signal: AbortSignal,
  onText: (piece: string) => void = () => {},
  { leaseMs = LEASE_MS } = {},
): Promise<DecisionState> {
  if (isAnswered(before, said.key)) return before;
  refuseSilence(before);
  const lease = leaseOn(host.database, `decision ${before.id}`, { ttlMs: leaseMs });
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 3);
  let isReleased = false;
  try {
    return await tallied(host, async (tally) => {
      const turn: Turn = { host, actor, said, signal, onText, lease, tally, isReleased };
      const answered = await converse(turn, before);
      ({ isReleased } = turn);
      return answered;
    });
  } finally {
    clearInterval(renewal);
    // It broke off, or nothing was left to write at its end.
    if (!isReleased) await lease.release();
  }
}

/** @throws {MayNotTalk} where nothing may be asked now */
export function refuseSilence(state: DecisionState): void {
  if (!mayTalk(state.machine)) throw new MayNotTalk(whyNot(state));
}

/** One asks at a time, so that each answer follows its question; whoever dies keeps the others waiting so long. */
const LEASE_MS = 10_000;

function isAnswered({ chat }: DecisionState, key: string): boolean {
  return chat.some((turn) => turn.role === 'assistant' && turn.key === key && turn.status !== 'aborted');
}

interface Turn {
  readonly host: Host;
  readonly actor: string;
  readonly said: Said;
  readonly signal: AbortSignal;
  readonly onText: (piece: string) => void;
  readonly lease: LeaseToTake;
  readonly tally: Tally;
  /** The lease went with the last commit. */
  isReleased: boolean;
}

/**
 * Three commits, each a point from which a turn that broke off goes on: what was said, with the lease and what the answer
 * may take; the answer, with what it took; what was read off it, with the lease's end.
 */
async function converse(turn: Turn, before: DecisionState): Promise<DecisionState> {
  const { host, said, signal, tally, lease } = turn;
  const endpoint = await endpointOf(host, before);
  const marker = randomBytes(6).toString('hex');
  const { state, messages, reserved } = await begin(turn, before, endpoint, marker);
  const startedAt = performance.now();
  let partial = '';
  const answer = (
    text: string,
    status: 'ok' | 'aborted' | 'error',
    { model, also }: { model?: string; also?: Together['also'] } = {},
  ) =>
    appendLate(
      host,
      state,
      'assistant',
      () => [
        {
          type: 'turn',
          role: 'assistant',
          text,
          status,
          key: said.key,
          ...(model === undefined ? {} : { model, ms: Math.round(performance.now() - startedAt) }),
        },
      ],
      // An advisor who was replaced meanwhile, or a decision that ended, has nothing to say any more.
      (now) =>
        isAnswered(now, said.key) || isOver(now.machine.phase) || now.replacements.length !== state.replacements.length,
      { rides: tally.rides, also },
    );
  let reply: ModelReply;
  try {
    const onText = (piece: string) => {
      partial += piece;
      turn.onText(piece);
    };
    reply = await callModel(host, state, endpoint, liveRequest(state, messages), tally, signal, {
      onText,
      purpose: 'chat',
      reserved,
    });
  } catch (error) {
    // What was stopped half-way is kept to be read, and is in no later prompt.
    if (signal.aborted) await answer(partial, 'aborted');
    if (error instanceof OverBudget) await noteBudgetGone(host, state, error.message);
    throw error;
  }
  const { model } = reply;
  const lastly = async (db: Kysely<Schema>) => {
    await lease.releaseIn(db);
    turn.isReleased = true;
  };
  if (reply.finish === 'content_filter') {
    const answered = heard(await answer(reply.text, 'error', { model }), said);
    return conclude(host, answered, { set: {}, add: {} }, tally, { lastly });
  }
  const request = extractRequest(state, messages, reply);
  let forReading: number | OverBudget | undefined;
  const also = async (db: Kysely<Schema>) => {
    forReading = await reserveIn(db, host, state.id, mostOf(endpoint, request), state.budget, 'chat');
  };
  const answered = heard(await answer(reply.text, 'ok', { model, also }), said);
  const reading = { request, reserved: forReading, lastly };
  return readAnswer(host, answered, endpoint, { messages, marker }, reply, tally, signal, reading);
}

/** What was said, with the lease that lets nobody else ask meanwhile and what its answer may take. */
async function begin(
  { host, actor, said, lease, tally }: Turn,
  before: DecisionState,
  endpoint: ModelEndpoint,
  marker: string,
): Promise<{ state: DecisionState; messages: Message[]; reserved: number | OverBudget }> {
  let reserved: number | OverBudget | undefined;
  const first = async (db: Kysely<Schema>) => {
    if (!(await lease.takeIn(db)))
      throw new TalkInHand('Somebody is asking the model just now. Wait for its answer, then ask again.');
  };
  const also = async (db: Kysely<Schema>, next: DecisionState) => {
    const request = liveRequest(next, liveMessages(next, marker));
    reserved = await reserveIn(db, host, next.id, mostOf(endpoint, request), next.budget, 'chat');
  };
  const isKnown = before.chat.some(({ role, key }) => role === 'human' && key === said.key);
  const event = { type: 'turn', role: 'human', text: said.text, status: 'ok', key: said.key } as const;
  const state = isKnown
    ? await tally.rides.commit(host, async (db) => {
        await first(db);
        await also(db, before);
        return before;
      })
    : await append(host, before, actor, [event], { first, also });
  return { state, messages: liveMessages(state, marker), reserved: reserved as number | OverBudget };
}

/** @throws {MayNotTalk} where the answer is not on record */
function heard(answered: DecisionState, { key }: Said): DecisionState {
  if (isAnswered(answered, key)) return answered;
  throw new MayNotTalk('The model was replaced, or the decision ended, before it had answered.');
}

/** Nothing more can be said; the checks propose to stop then. */
async function noteBudgetGone(host: Host, state: DecisionState, said: string): Promise<void> {
  if (state.isBudgetGone) return;
  const isMoot = (now: DecisionState) => now.isBudgetGone || isOver(now.machine.phase);
  await appendLate(host, state, 'system', () => [{ type: 'budget-gone', said }], isMoot);
}

function whyNot({ machine, alarms }: DecisionState): string {
  const open = alarms.find(({ closedBy }) => closedBy === null);
  if (machine.phase === 'suspended' && open)
    return `Stopped: ${open.detail} Choose what takes its place, or override it with a reason.`;
  if (machine.openProposals.length > 0)
    return 'Stopped: the checks propose to end it. Confirm that, or go on with a reason.';
  if (machine.phase === 'suspended') return 'Stopped. Calibrate anew, take another model, or end it.';
  if (machine.phase === 'initialising' || machine.phase === 'calibrating') return 'It is not calibrated yet.';
  return `It is ${machine.phase}; nothing more is asked of a model.`;
}
