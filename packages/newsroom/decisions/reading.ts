import {
  askText,
  type Citation,
  type Extraction,
  frozenText,
  isOver,
  type Message,
  matchNumbers,
  matchQuote,
  type Observations,
  readExtraction,
  resolveCitation,
  THRESHOLDS_V1,
  textDistance,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { OverBudget, spentOn } from './budget.ts';
import {
  estimateTokens,
  type ModelEndpoint,
  ModelError,
  type ModelReply,
  type ModelRequest,
} from './endpoints/index.ts';
import type { DecisionEvent, RecordedClaim } from './events.ts';
import { actorOf } from './people.ts';
import { appendLate, type Together } from './record.ts';
import { referenceDistances } from './reference-distances.ts';
import { callModel, type Tally, turnOf } from './session.ts';
import type { DecisionState } from './state.ts';
import { conclude } from './watch.ts';

/** Claims, proposal and quotations of an answer, and the checks that cost no more than that one call. */
export async function readAnswer(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  { messages, marker }: { readonly messages: readonly Message[]; readonly marker: string },
  reply: ModelReply,
  tally: Tally,
  signal: AbortSignal,
  { request, reserved, lastly }: { request: ModelRequest; reserved?: number | OverBudget; lastly?: Together['also'] },
): Promise<DecisionState> {
  const turn = turnOf(state);
  // The answer is on record; that its claims could not be read counts against the model, and does not undo it.
  const extraction = await callModel(host, state, endpoint, request, tally, signal, {
    purpose: 'chat',
    reserved,
  }).then(
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
    markerLeaked: reply.text.includes(marker),
    ...(extraction ? positionOf(state, extraction).set : {}),
  };
  const add: Partial<Observations> = {
    ownTurns: [reply.text],
    ...(extraction ? positionOf(state, extraction).add : {}),
    ...(distance === undefined ? {} : { distances: [distance] }),
  };
  const { claims, ...seen } = extraction ? readClaims(state, extraction, turn) : { claims: [] };
  const proposed = extraction?.stop ? await noteModelsProposal(host, state, extraction.stop) : state;
  return conclude(host, proposed, { set, add: { ...add, ...seen } }, tally, {
    also: claims.length === 0 ? [] : [{ type: 'claims', turn, claims }],
    lastly,
  });
}

/** Asks for the claims and the proposal of an answer, in a copy of the chat. */
export function extractRequest(state: DecisionState, messages: readonly Message[], reply: ModelReply): ModelRequest {
  const ask = askText({
    id: 'extract',
    form: 'extract',
    question: 'Extract the proposal and the claims of your last answer.',
  });
  return {
    messages: [...messages, { role: 'assistant', content: reply.text }, { role: 'user', content: ask }],
    maxTokens: 600,
    temperature: 0,
    place: { turn: turnOf(state), fork: 'extract', context: 'fork' },
  };
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
  const numbers: Observations['numbers'][number][] = [];
  const claims = extraction.claims.map((claim, i): RecordedClaim => {
    const document = claim.id === null ? undefined : documents.get(claim.id);
    const citation =
      claim.id === null
        ? null
        : { id: claim.id, title: claim.title ?? undefined, storedTitle: document?.title ?? null };
    if (citation) citations.push(citation);
    const quote = claim.quote === null ? null : matchQuote(claim.quote, document?.text ?? '', THRESHOLDS_V1);
    if (quote) quotes.push(quote);
    const named = document ? matchNumbers(claim.text, claim.quote, document.text) : null;
    if (named) numbers.push(named);
    const isSupported = document !== undefined && (named?.missing.length ?? 0) === 0;
    const isFabricated =
      (citation && resolveCitation(citation, THRESHOLDS_V1) === 'contradicted') ||
      quote?.state === 'falsified' ||
      (document !== undefined && quote?.state === 'not-found');
    return {
      id: `claim-${turn}-${i + 1}`,
      text: claim.text,
      citedId: claim.id,
      quote: claim.quote,
      state: isFabricated ? 'fabricated' : isSupported ? 'supported' : 'unsupported',
    };
  });
  const proposals = [{ optionId: extraction.optionId, brokenConstraints: extraction.brokenConstraints }];
  return { claims, citations, quotes, numbers, proposals };
}
