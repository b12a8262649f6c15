import { randomBytes } from 'node:crypto';
import { takeLease } from '@broadsheet/database';
import {
  askText,
  type Citation,
  type Extraction,
  frozenText,
  isOver,
  type Message,
  matchQuote,
  mayTalk,
  type Observations,
  readExtraction,
  resolveCitation,
  THRESHOLDS_V1,
  textDistance,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { OverBudget, spentOn } from './budget.ts';
import { endpointOf, estimateTokens, type ModelEndpoint, ModelError, type ModelReply } from './endpoints/index.ts';
import type { DecisionEvent, RecordedClaim } from './events.ts';
import { actorOf } from './people.ts';
import { append, appendLate } from './record.ts';
import { referenceDistances } from './reference-distances.ts';
import { callModel, liveMessages, liveRequest, newTally, type Tally, turnOf } from './session.ts';
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
  if (!lease) throw new MayNotTalk('Somebody is asking the model just now. Wait for its answer, then ask again.');
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

/** Claims, proposal and quotations of an answer, and the checks that cost no more than that one call. */
async function readAnswer(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  { messages, marker }: { readonly messages: readonly Message[]; readonly marker: string },
  reply: ModelReply,
  tally: Tally,
  signal: AbortSignal,
): Promise<DecisionState> {
  const turn = turnOf(state);
  const ask = askText({
    id: 'extract',
    form: 'extract',
    question: 'Extract the proposal and the claims of your last answer.',
  });
  const request = {
    messages: [...messages, { role: 'assistant', content: reply.text }, { role: 'user', content: ask }],
    maxTokens: 600,
    temperature: 0,
    place: { turn, fork: 'extract', context: 'fork' },
  } as const;
  // The answer is on record; that its claims could not be read counts against the model, and does not undo it.
  const extraction = await callModel(host, state, endpoint, request, tally, signal, { purpose: 'chat' }).then(
    ({ text }) => readExtraction(text),
    (error) => {
      if (!(error instanceof ModelError) && !(error instanceof OverBudget)) throw error;
      tally.couldBeRead.push(false);
      return null;
    },
  );
  const frozen = state.frozen.at(-1);
  const estimatedTokens = estimateTokens(messages);
  const distance = frozen && textDistance(reply.text, frozenText(frozen));
  const set: Partial<Observations> = {
    reportedTokens: reply.usage?.in ?? null,
    estimatedTokens,
    usedTokens: reply.usage?.in ?? estimatedTokens,
    reference: frozen ? referenceDistances(frozen, state.evidence) : null,
    wasCutOff: reply.finish === 'length',
    // What stands at the edges of marked blocks belongs to no answer.
    ...(reply.text.includes(marker) ? { markerLeaked: true } : {}),
    ...(extraction ? positionOf(state, extraction).set : {}),
  };
  const add: Partial<Observations> = {
    ownTurns: [reply.text],
    ...(extraction ? positionOf(state, extraction).add : {}),
    ...(distance === undefined ? {} : { distances: [distance] }),
  };
  const { claims, ...seen } = extraction ? readClaims(state, extraction, turn) : { claims: [] };
  const recorded =
    claims.length === 0
      ? state
      : await appendLate(
          host,
          state,
          'system',
          () => [{ type: 'claims', turn, claims }],
          (now) => isOver(now.machine.phase),
        );
  const proposed = extraction?.stop ? await noteModelsProposal(host, recorded, extraction.stop) : recorded;
  return conclude(host, proposed, { set, add: { ...add, ...seen } }, tally);
}

/** A model may propose to stop; that is on record and on the page, and stops nothing. */
async function noteModelsProposal(host: Host, state: DecisionState, criterion: string): Promise<DecisionState> {
  const met = state.frozen.at(-1)?.killCriteria.find(({ id }) => id === criterion);
  const basis = `model ${criterion}`;
  const isKnown = (now: DecisionState) => now.dissolutionProposals.some((each) => each.basis === basis);
  if (!met || isKnown(state)) return state;
  const { tokens, calls, micros } = await spentOn(host, state.id);
  const event = (now: DecisionState): DecisionEvent => ({
    type: 'dissolution-proposed',
    id: `stop-${now.dissolutionProposals.length + 1}`,
    kind: 'direction',
    trigger: 'criterion-met',
    detail: `The model says that a criterion is met: ${met.observable} ${met.threshold}.`,
    basis,
    evidenceIds: [],
    cost: { tokens, calls, micros },
  });
  return appendLate(
    host,
    state,
    'assistant',
    (now) => [event(now)],
    (now) => isOver(now.machine.phase) || isKnown(now),
  );
}

/** Whether it has changed its mind with nothing new on the table, and how its confidence in the owner's first choice moved. */
function positionOf(
  state: DecisionState,
  { optionId, p }: Extraction,
): { set: Partial<Observations>; add: Partial<Observations> } {
  const { seen } = state;
  const hasNewEvidence = state.evidence.some(({ turn }) => turn >= seen.turn && turn > 0);
  const before = seen.proposals.at(-1);
  const isReversal = before !== undefined && before.optionId !== optionId && !hasNewEvidence;
  const own = state.forecasts.filter(({ by }) => by === actorOf(state.ownerId));
  const lean = own.at(0)?.leansTo;
  const human = own.at(-1)?.p[lean ?? ''] ?? 0.5;
  const isOfLean = p !== null && optionId === lean;
  return {
    set: { ...(isReversal ? { reversals: seen.reversals + 1 } : {}), ...(isOfLean ? { modelP: p } : {}) },
    add:
      isOfLean && seen.modelP !== null
        ? { moves: [{ human: [human, human], model: [seen.modelP, p], hasNewEvidence }] }
        : {},
  };
}

function readClaims(state: DecisionState, extraction: Extraction, turn: number) {
  const documents = new Map(state.evidence.map((item) => [item.id, item]));
  const citations: Citation[] = [];
  const quotes: Observations['quotes'][number][] = [];
  const claims = extraction.claims.map((claim, i): RecordedClaim => {
    const document = claim.id === null ? undefined : documents.get(claim.id);
    const citation =
      claim.id === null
        ? null
        : { id: claim.id, title: claim.title ?? undefined, storedTitle: document?.title ?? null };
    if (citation) citations.push(citation);
    const quote = claim.quote === null ? null : matchQuote(claim.quote, document?.text ?? '', THRESHOLDS_V1);
    if (quote) quotes.push(quote);
    const isFabricated =
      (citation && resolveCitation(citation, THRESHOLDS_V1) === 'contradicted') ||
      quote?.state === 'falsified' ||
      (document !== undefined && quote?.state === 'not-found');
    return {
      id: `claim-${turn}-${i + 1}`,
      text: claim.text,
      citedId: claim.id,
      quote: claim.quote,
      state: isFabricated ? 'fabricated' : document ? 'supported' : 'unsupported',
    };
  });
  const proposals = [{ optionId: extraction.optionId, brokenConstraints: extraction.brokenConstraints }];
  return { claims, citations, quotes, proposals };
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
