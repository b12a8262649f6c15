import { randomBytes, randomInt } from 'node:crypto';
import { askText, block, type Message, readJson, readRecall, THRESHOLDS_V1 } from '@broadsheet/methods/five-layer';
import type { Host } from '../host/index.ts';
import type { Abilities, MeasuredWindow } from './abilities.ts';
import { OverBudget } from './budget.ts';
import { estimateTokens, type ModelEndpoint, ModelError, type ModelReply } from './endpoints/index.ts';
import { callModel, type Tally } from './session.ts';
import type { DecisionState } from './state.ts';

/** Where in a prompt the facts stand that are asked for, in per cent: servers cut the head, models forget the middle. */
const DEPTHS = [0, 25, 50, 75, 100] as const;
const FACTS = ['apple', 'birch', 'clover', 'daisy', 'elder'] as const;
/** Some servers hold two or four thousand tokens whatever was set up: docs/decisions/0706. */
const FIRST_TOKENS = 2_048;
/** Of the decision's tokens; the rest is for the matter. */
const BUDGET_SHARE = 0.05;
const ANSWER_TOKENS = 120;
/** Lengths tried between the last that was held and the first that was not. */
const HALVINGS = 2;

/** Tries what a model can do: answer with JSON, hold a long prompt, say what it read. */
export async function measureAbilities(
  host: Host,
  state: DecisionState,
  endpoint: ModelEndpoint,
  tally: Tally,
  signal: AbortSignal,
): Promise<Abilities> {
  let countsTokens = false;
  let mostPieces = 0;
  const ask: Asking = async (fork, messages) => {
    let pieces = 0;
    const reply = await callModel(
      host,
      state,
      endpoint,
      { messages, maxTokens: ANSWER_TOKENS, temperature: 0, place: { turn: 0, fork, context: 'clean' } },
      tally,
      signal,
      { onText: () => (pieces += 1) },
    );
    countsTokens ||= reply.usage !== null;
    mostPieces = Math.max(mostPieces, pieces);
    return reply;
  };
  const startedAt = performance.now();
  const json = await tryJson(ask);
  const ms = performance.now() - startedAt;
  const served = await endpoint.servedWindow(signal);
  const mostTokens = json === 'none' ? 'unread' : state.budget.tokens * BUDGET_SHARE;
  const window = await tryWindow(ask, { declared: endpoint.windowTokens, served }, mostTokens);
  return { json, window, countsTokens, streams: mostPieces > 1, ms };
}

type Asking = (fork: string, messages: readonly Message[]) => Promise<ModelReply>;

/** A small object, asked for once, and once more with what was wrong. */
async function tryJson(ask: Asking): Promise<Abilities['json']> {
  const question = askText({ id: 'json', form: 'recall', question: 'What is lamp?' });
  const messages: Message[] = [
    { role: 'system', content: 'Keep in mind: lamp = 4711' },
    { role: 'user', content: question },
  ];
  const first = await ask('json', messages);
  const read = readShape(first.text);
  if (read !== 'none') return read;
  const again = `That could not be read as JSON.\n${question}`;
  const repair: Message[] = [...messages, { role: 'assistant', content: first.text }, { role: 'user', content: again }];
  return readShape((await ask('json again', repair)).text);
}

function readShape(text: string): Abilities['json'] {
  const items = readJson(text)?.items;
  if (typeof items !== 'object' || items === null) return 'none';
  return text.trim().startsWith('{') && text.trim().endsWith('}') ? 'plain' : 'wrapped';
}

/** Prompts of growing length until facts in them are lost, or the budget's part for this is spent. */
async function tryWindow(
  ask: Asking,
  { declared, served }: { readonly declared: number; readonly served: number | null },
  mostTokens: number | 'unread',
): Promise<MeasuredWindow> {
  const untried = { declared, served, held: 0, failedAt: null, lostAt: [], said: '' } as const;
  if (mostTokens === 'unread') return { ...untried, end: 'unread' };
  const limit = Math.min(declared, served ?? declared) - ANSWER_TOKENS;
  let window: MeasuredWindow = { ...untried, end: 'budget' };
  let length = Math.min(FIRST_TOKENS, limit);
  let halvings = HALVINGS;
  for (let left = mostTokens; left >= length; ) {
    const tried = await tryLength(ask, length, window.held === 0);
    if (tried === 'over budget') return window;
    const { end, tokens, lostAt, said, spent } = tried;
    left -= spent;
    if (end === null) window = { ...window, held: Math.max(window.held, tokens) };
    else window = { ...window, failedAt: length, lostAt, end, said };
    if (end === null && length >= limit) return { ...window, end: 'whole' };
    // What a server read of a prompt that it cut is its window, to the token.
    if (end === 'cut') return { ...window, held: tokens };
    if (window.failedAt === null) length = Math.min(length * 2, limit);
    else if (halvings-- > 0) length = Math.round((window.held + window.failedAt) / 2);
    else return window;
  }
  return window;
}

interface Tried {
  /** Null where all facts were recalled. */
  readonly end: 'forgot' | 'cut' | 'refused' | null;
  /** What the server says that it read, else what was sent. */
  readonly tokens: number;
  readonly lostAt: readonly number[];
  readonly spent: number;
  readonly said: string;
}

/**
 * One length; where facts were lost it is tried once more with others, so that a slip is none.
 * @param isFirst then a server that fails is one that is away, and not one that cannot hold so much
 */
async function tryLength(ask: Asking, length: number, isFirst: boolean): Promise<Tried | 'over budget'> {
  let spent = 0;
  for (let attempt = 1; ; attempt++) {
    const { messages, facts } = promptOf(length);
    const sent = estimateTokens(messages);
    try {
      const { text, usage } = await ask(`window ${length} ${attempt}`, messages);
      const read = usage?.in ?? sent;
      spent += read;
      const recalled = readRecall(text, facts);
      const lostAt = DEPTHS.filter((_, i) => !recalled[i]);
      if (lostAt.length === 0) return { end: null, tokens: read, lostAt, spent, said: '' };
      if (read / sent < THRESHOLDS_V1.exhaustion.truncationRatio)
        return { end: 'cut', tokens: read, lostAt, spent, said: '' };
      if (attempt === 2) return { end: 'forgot', tokens: read, lostAt, spent, said: '' };
    } catch (error) {
      if (error instanceof OverBudget) return 'over budget';
      if (!(error instanceof ModelError) || (isFirst && error.mayRetry)) throw error;
      return { end: 'refused', tokens: sent, lostAt: [], spent: spent + sent, said: error.message };
    }
  }
}

const FILLER = [
  'The store room has a high window and a long table.',
  'Every morning somebody sweeps the floor and opens the door.',
  'On the left stand boxes with paper, on the right those with ink.',
  'A clock hangs over the door and is wound once a week.',
  'When it rains the baskets are carried under the roof.',
  'Nobody remembers who painted the shelves green.',
  'The key lies in the drawer beside the scales.',
];

/** A text of about so many tokens that says nothing, with five facts in it that nobody can guess. */
function promptOf(length: number): { messages: Message[]; facts: Record<string, string> } {
  const facts = Object.fromEntries(FACTS.map((name) => [name, String(randomInt(10_000, 99_999))]));
  const ask = askText({
    id: 'window',
    form: 'recall',
    question: `What are ${FACTS.join(', ')}, as the text above says?`,
  });
  const room = length * 4 - ask.length - FACTS.length * 32 - 120;
  const lines: string[] = [];
  for (let chars = 0; chars < room; chars += (lines.at(-1) as string).length + 1)
    lines.push(FILLER[lines.length % FILLER.length]);
  // From the last to the first, so that those that are set do not move the places of the others.
  for (const [i, name] of [...FACTS.entries()].reverse())
    lines.splice(Math.round((lines.length * DEPTHS[i]) / 100), 0, `Keep in mind: ${name} = ${facts[name]}`);
  const text = block('text', 'window', randomBytes(6).toString('hex'), lines.join('\n'));
  return {
    facts,
    messages: [
      { role: 'system', content: text },
      { role: 'user', content: ask },
    ],
  };
}
