import { randomBytes } from 'node:crypto';
import { takeLease } from '@broadsheet/database';
import { isOver, mayTalk } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { OverBudget } from './budget.ts';
import { endpointOf, type ModelReply } from './endpoints/index.ts';
import { readAnswer } from './reading.ts';
import { append, appendLate } from './record.ts';
import { callModel, liveMessages, liveRequest, newTally } from './session.ts';
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
  const lease = await takeLease(host.database, `decision ${before.id}`, { ttlMs: leaseMs });
  if (!lease) throw new TalkInHand('Somebody is asking the model just now. Wait for its answer, then ask again.');
  const renewal = setInterval(() => void lease.renew().catch(() => undefined), leaseMs / 3);
  try {
    return await converse(host, before, actor, said, signal, onText);
  } finally {
    clearInterval(renewal);
    await lease.release();
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

async function converse(
  host: Host,
  before: DecisionState,
  actor: string,
  said: Said,
  signal: AbortSignal,
  onText: (piece: string) => void,
): Promise<DecisionState> {
  const isKnown = before.chat.some(({ role, key }) => role === 'human' && key === said.key);
  const state = isKnown
    ? before
    : await append(host, before, actor, [
        { type: 'turn', role: 'human', text: said.text, status: 'ok', key: said.key },
      ]);
  const endpoint = await endpointOf(host, state);
  const tally = newTally();
  const marker = randomBytes(6).toString('hex');
  const messages = liveMessages(state, marker);
  const startedAt = performance.now();
  let partial = '';
  const answer = (text: string, status: 'ok' | 'aborted' | 'error', model?: string) =>
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
    );
  let reply: ModelReply;
  try {
    const take = (piece: string) => {
      partial += piece;
      onText(piece);
    };
    reply = await callModel(host, state, endpoint, liveRequest(state, messages), tally, signal, {
      onText: take,
      purpose: 'chat',
    });
  } catch (error) {
    // What was stopped half-way is kept to be read, and is in no later prompt.
    if (signal.aborted) await answer(partial, 'aborted');
    if (error instanceof OverBudget) await noteBudgetGone(host, state, error.message);
    throw error;
  }
  const isWithheld = reply.finish === 'content_filter';
  const answered = await answer(reply.text, isWithheld ? 'error' : 'ok', reply.model);
  if (!isAnswered(answered, said.key))
    throw new MayNotTalk('The model was replaced, or the decision ended, before it had answered.');
  return isWithheld
    ? conclude(host, answered, { set: {}, add: {} }, tally)
    : readAnswer(host, answered, endpoint, { messages, marker }, reply, tally, signal);
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
