import { randomBytes } from 'node:crypto';
import {
  type Ask,
  askText,
  findSuspicious,
  livePrompt,
  type Message,
  type Prober,
} from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import { type Cost, OverBudget, type Purpose, reserve, settle } from './budget.ts';
import { estimateTokens, type ModelEndpoint, type ModelReply, type ModelRequest } from './endpoints/index.ts';
import { Purse } from './purse.ts';
import { questionsOf } from './questions.ts';
import { Rides } from './rides.ts';
import type { DecisionState } from './state.ts';

/** Neutral facts that a model is asked to keep; whether it does shows how full its context is. */
export const CANARIES: Readonly<Record<string, string>> = {
  river: 'amber',
  lamp: '4711',
  garden: 'north',
  stone: '86',
  bridge: 'violet',
};
const ANSWER_TOKENS = 800;
const PROBE_TOKENS = 200;

/** What the calls of one piece of work cost, and what was seen of the endpoint on the way. */
export interface Tally {
  calls: number;
  tokens: number;
  couldBeRead: boolean[];
  fingerprints: Set<string>;
  model: string;
  /** What the calls took, until the next commit takes it along. */
  readonly rides: Rides;
  readonly purse: Purse;
}

/** A piece of work that calls a model. What its calls took is written with its own commits, and at its end at the latest. */
export async function tallied<T>(host: Host, work: (tally: Tally) => Promise<T>): Promise<T> {
  const rides = new Rides();
  const tally: Tally = {
    calls: 0,
    tokens: 0,
    couldBeRead: [],
    fingerprints: new Set(),
    model: '',
    rides,
    purse: new Purse(rides),
  };
  try {
    return await work(tally);
  } finally {
    tally.purse.giveBack();
    await rides.flush(host);
  }
}

/** One call: reserved before, settled after. A call that brought no word costs nothing; one that broke off, what had come. */
export async function callModel(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  request: ModelRequest,
  tally: Tally,
  signal: AbortSignal,
  { onText, purpose = 'probe', reserved }: CallOptions = {},
): Promise<ModelReply> {
  if (reserved instanceof OverBudget) throw reserved;
  const { price } = endpoint;
  const estimate = estimateTokens(request.messages);
  const reservation =
    reserved ?? (await reserve(host, state.id, mostOf(endpoint, request), state.budget, purpose, tally.rides));
  let taken = NO_COST;
  let chars = 0;
  const take = (piece: string) => {
    chars += piece.length;
    taken = costOf(price, { in: estimate, out: Math.ceil(chars / 4) });
    onText?.(piece);
  };
  try {
    const reply = await endpoint.complete(request, signal, take);
    taken = costOf(price, reply.usage ?? { in: estimate, out: Math.ceil(reply.text.length / 4) });
    tally.calls += 1;
    tally.tokens += taken.tokens;
    tally.couldBeRead.push(reply.finish === 'stop');
    tally.model = reply.model;
    if (reply.fingerprint) tally.fingerprints.add(reply.fingerprint);
    return reply;
  } finally {
    const took = taken;
    tally.rides.add((db) => settle(db, reservation, took));
  }
}

interface CallOptions {
  readonly onText?: (piece: string) => void;
  readonly purpose?: Purpose;
  /** Where it was reserved with something else already. */
  readonly reserved?: number | OverBudget;
}

/** What a call may take at most. */
export function mostOf({ price }: ModelEndpoint, { messages, maxTokens }: ModelRequest): Cost {
  return costOf(price, { in: estimateTokens(messages), out: maxTokens });
}

const NO_COST: Cost = { tokens: 0, micros: 0 };

/** A price for a million tokens is a price for one in millionths. */
function costOf(price: ModelEndpoint['price'], tokens: { readonly in: number; readonly out: number }): Cost {
  return { tokens: tokens.in + tokens.out, micros: Math.ceil(tokens.in * price.in + tokens.out * price.out) };
}

/** The live prompt: what is in force and on record, and nothing of any probe. */
export function liveMessages(state: DecisionState, delimiter = randomBytes(6).toString('hex')): Message[] {
  const frozen = state.frozen.at(-1);
  if (!frozen) throw new Error(`liveMessages: decision ${state.id} has no frozen question yet.`);
  const facts = Object.entries(CANARIES).map(([key, value]) => `Keep in mind: ${key} = ${value}`);
  const chat = state.chat.filter(({ inContext }) => inContext);
  return [{ role: 'system', content: facts.join('\n') }, ...livePrompt(frozen, evidenceItems(state), chat, delimiter)];
}

export function liveRequest(state: DecisionState, messages: readonly Message[]): ModelRequest {
  return {
    messages,
    maxTokens: ANSWER_TOKENS,
    temperature: 0.7,
    place: { turn: turnOf(state), fork: '', context: 'chat' },
  };
}

/** Which assistant turn is being made or was made last. */
export function turnOf(state: DecisionState): number {
  return state.chat.filter(({ role, status }) => role === 'human' && status === 'ok').length;
}

/** Probes of one session: on forks of its chat or in contexts of their own. */
export function proberOf(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  tally: Tally,
  signal: AbortSignal,
  { isClosing = false, turn = turnOf(state) } = {},
): Prober {
  const frozen = state.frozen.at(-1);
  if (!frozen) throw new Error(`proberOf: decision ${state.id} has no frozen question yet.`);
  const delimiter = randomBytes(6).toString('hex');
  const contexts = {
    fork: liveMessages(state, delimiter),
    clean: livePrompt(frozen, evidenceItems(state), [], delimiter),
  };
  const purpose = isClosing ? 'closing' : 'probe';
  // A question is shorter than this; one that is not is reserved by itself.
  const largest = costOf(endpoint.price, { in: estimateTokens(contexts.fork) + PROBE_TOKENS, out: PROBE_TOKENS });
  return {
    questions: questionsOf(frozen, state.evidence),
    turn,
    async ask(context, fork, question: Ask, without) {
      const messages: Message[] = [...contexts[context], { role: 'user', content: askText(question) }];
      const cut =
        without === undefined ? messages : messages.map((m) => ({ ...m, content: m.content.replaceAll(without, '') }));
      const request = {
        messages: cut,
        maxTokens: PROBE_TOKENS,
        temperature: fork.startsWith('sample') ? 1 : 0,
        place: { turn, fork, context },
      };
      const reserved = await tally.purse.take(host, state, mostOf(endpoint, request), largest, purpose);
      return callModel(host, state, endpoint, request, tally, signal, { reserved });
    },
  };
}

/** The evidence as prompts hold it: without the passages that a model was found to obey. */
export function evidenceItems({ evidence, quarantined }: DecisionState) {
  return evidence.map(({ id, source, title, text }) => ({
    id,
    source: `${title} (${source})`,
    text: quarantined.length === 0 ? text : withoutPassages(text, quarantined),
  }));
}

function withoutPassages(text: string, quarantined: readonly string[]): string {
  let kept = text;
  // From the last on, so that places before it stay where they are.
  for (const { start, end, excerpt } of findSuspicious(text).reverse())
    if (quarantined.includes(excerpt)) kept = `${kept.slice(0, start)}[left out]${kept.slice(end)}`;
  return kept;
}

/** The constraints of the question in force, by their ids. */
export function constraintsOf({ frozen }: DecisionState): Record<string, string> {
  return Object.fromEntries((frozen.at(-1)?.constraints ?? []).map(({ id, text }) => [id, text]));
}
