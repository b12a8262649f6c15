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
import { OverBudget } from './budget.ts';
import { endpointOf, estimateTokens, type ModelEndpoint, ModelError, type ModelReply } from './endpoints/index.ts';
import type { RecordedClaim } from './events.ts';
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
  const messages = liveMessages(state);
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
    reply = await callModel(host, state, endpoint, liveRequest(state, messages), tally, signal, { onText: take });
  } catch (error) {
    // What was stopped half-way is kept to be read, and is in no later prompt.
    if (signal.aborted) await answer(partial, 'aborted');
    throw error;
  }
  const isWithheld = reply.finish === 'content_filter';
  const answered = await answer(reply.text, isWithheld ? 'error' : 'ok', reply.model);
  if (!isAnswered(answered, said.key))
    throw new MayNotTalk('The model was replaced, or the decision ended, before it had answered.');
  return isWithheld
    ? conclude(host, answered, { set: {}, add: {} }, tally)
    : readAnswer(host, answered, endpoint, messages, reply, tally, signal);
}

/** Claims, proposal and quotations of an answer, and the checks that cost no more than that one call. */
async function readAnswer(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  messages: readonly Message[],
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
  const extraction = await callModel(host, state, endpoint, request, tally, signal).then(
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
  };
  const add: Partial<Observations> = {
    ownTurns: [reply.text],
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
  return conclude(host, recorded, { set, add: { ...add, ...seen } }, tally);
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
  if (machine.phase === 'suspended') return 'Stopped. Calibrate anew, take another model, or end it.';
  if (machine.phase === 'initialising' || machine.phase === 'calibrating') return 'It is not calibrated yet.';
  return `It is ${machine.phase}; nothing more is asked of a model.`;
}
