import type { Database } from '@broadsheet/database';
import { keepAnswer, keptAnswer } from './kept-answers.ts';
import { inLine } from './line.ts';
import { pausing } from './pause.ts';

/** How a source wants to be asked. */
export interface Politeness {
  /** Requests to these hosts share one line; arXiv counts over all of its hosts and all of our machines. */
  group: string;
  /** Pause between the end of one answer and the next request of the group. */
  intervalMs: number;
}

/** A request that failed for good; the message says what was asked, what came back and what happens next. */
export class SourceError extends Error {
  override name = 'SourceError';
  readonly status: number | undefined;
  /** When the other side asked to be left alone until. */
  readonly retryAt: number | undefined;
  constructor(
    message: string,
    { status, retryAt, cause }: { status?: number; retryAt?: number; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.retryAt = retryAt;
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

export interface AskOptions {
  headers?: Record<string, string>;
  /** Also given back, instead of being an error. */
  allowStatus?: number[];
  /** What is wrong with the body; a polite sentence with status 200 is no answer. See `unlessHolds`. */
  fault?: (body: string) => string | undefined;
  /** Until when an answer stays the same: it is kept, and the same question before that asks nobody. */
  keepUntil?: (body: string) => number | undefined;
}

/** Asks one source's server: one request at a time, with pauses, patience and limits. */
export interface PoliteClient {
  get(url: string, options?: AskOptions): Promise<Answer>;
}

export interface ClientOptions {
  source: string;
  politeness: Politeness;
  database: Database;
  userAgent: string;
  signal: AbortSignal;
  fetch?: typeof fetch;
  now?: () => number;
  sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  timeoutMs?: number;
}

const MAX_ATTEMPTS = 3;
const TIMEOUT_MS = 60_000;
/** arXiv's largest pages are some ten megabytes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** A pause longer than this is left to the scheduler instead of being waited for. */
const MAX_WAIT_MS = 30_000;
const MAX_SHOWN_URL = 160;
const FIRST_PAUSE_MS = 3_000;

export function politeClient(options: ClientOptions): PoliteClient {
  const { source, politeness, signal } = options;
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? pausing;
  const ask = options.fetch ?? fetch;
  const line = { database: options.database, politeness, signal, now, sleep };

  return {
    async get(url, { headers = {}, allowStatus = [], fault, keepUntil } = {}) {
      const kept = keepUntil === undefined ? undefined : await keptAnswer(options.database, url, now());
      if (kept !== undefined) return { status: 200, headers: new Headers(), body: kept };
      let problem = '';
      let status: number | undefined;
      let retryAt: number | undefined;
      let cause: unknown;
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        let waitMs = FIRST_PAUSE_MS * 2 ** (attempt - 1);
        try {
          const answer = await inLine(line, () => once(url, headers));
          status = answer.status;
          const isOk = status >= 200 && status < 300;
          const wrong = isOk ? fault?.(answer.body) : String(status);
          if (wrong === undefined) {
            const until = keepUntil?.(answer.body);
            if (until !== undefined) await keepAnswer(options.database, { url, body: answer.body, until, now: now() });
            return answer;
          }
          if (allowStatus.includes(status)) return answer;
          retryAt = retryInstant(answer.headers, now());
          problem = wrong;
          if (answer.status >= 400 && answer.status < 500 && answer.status !== 429 && answer.status !== 408) break;
          if (retryAt !== undefined) waitMs = Math.max(waitMs, retryAt - now());
        } catch (error) {
          signal.throwIfAborted();
          cause = error;
          problem = reasonOf(error);
        }
        if (attempt === MAX_ATTEMPTS || waitMs > MAX_WAIT_MS) break;
        // Jitter, so that sites that failed together do not come back together.
        await sleep(waitMs * (1 + Math.random() * 0.2), signal);
      }
      const next = retryAt === undefined ? '' : ` It asks to be left alone until ${new Date(retryAt).toISOString()}.`;
      throw new SourceError(`${source}: ${problem} from ${shortened(url)}.${next} What was read before is kept.`, {
        status,
        retryAt,
        cause,
      });
    },
  };

  async function once(url: string, headers: Record<string, string>): Promise<Answer> {
    const response = await ask(url, {
      headers: { 'user-agent': options.userAgent, accept: '*/*', ...headers },
      redirect: 'follow',
      signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)]),
    });
    return { status: response.status, headers: response.headers, body: await limitedText(response) };
  }
}

async function limitedText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`an answer of more than ${MAX_BODY_BYTES / 1024 / 1024} MB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Retry-After in seconds or as a date; GitHub's reset time where its budget is used up. */
function retryInstant(headers: Headers, now: number): number | undefined {
  const after = headers.get('retry-after');
  if (after) {
    const at = /^\d+$/.test(after.trim()) ? now + Number(after) * 1000 : Date.parse(after);
    if (!Number.isNaN(at)) return at;
  }
  const reset = Number(headers.get('x-ratelimit-reset'));
  return headers.get('x-ratelimit-remaining') === '0' && reset > 0 ? reset * 1000 : undefined;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const inner = error.cause instanceof Error ? error.cause : undefined;
  return inner ? `${error.message} (${(inner as NodeJS.ErrnoException).code ?? inner.message})` : error.message;
}

/** The fault of every body that does not hold a mark of what was asked for; it quotes how the body begins. */
export function unlessHolds(mark: RegExp): (body: string) => string | undefined {
  return (body) => (mark.test(body) ? undefined : `an answer that is not what was asked for (“${opening(body)}”)`);
}

/** A request for a hundred papers names each of them in its address; a sentence does not. */
function shortened(url: string): string {
  return url.length > MAX_SHOWN_URL ? `${url.slice(0, MAX_SHOWN_URL)}…` : url;
}

function opening(body: string): string {
  return body.replace(/\s+/g, ' ').trim().slice(0, 60);
}
