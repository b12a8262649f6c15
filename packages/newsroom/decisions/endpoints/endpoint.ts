import type { Message } from '@broadsheet/methods/five-layer';

/** One call of a chat model. */
export interface ModelRequest {
  readonly messages: readonly Message[];
  readonly maxTokens: number;
  readonly temperature: number;
  /** Where a call stands in its session: the bundled model answers by it, others do not see it. */
  readonly place: { readonly turn: number; readonly fork: string; readonly context: 'chat' | 'fork' | 'clean' };
}
export interface ModelReply {
  readonly text: string;
  readonly finish: string;
  readonly model: string;
  readonly fingerprint: string | null;
  /** Null where the server reports none. */
  readonly usage: { readonly in: number; readonly out: number } | null;
}

export interface ModelEndpoint {
  readonly id: string;
  readonly label: string;
  /** Who receives the text: a host name, or 'this site'. */
  readonly receiver: string;
  /** As whoever set it up declared it. */
  readonly windowTokens: number;
  /** Of a million tokens, in the site's currency; 0 where it costs nothing or nobody has said. */
  readonly price: { readonly in: number; readonly out: number };
  /**
   * @param onText each piece of the answer as it comes
   * @throws {ModelError} what went wrong, and whether asking again may help
   */
  complete(request: ModelRequest, signal: AbortSignal, onText?: (piece: string) => void): Promise<ModelReply>;
  /** The window that the server itself says it holds; null where it does not say. */
  servedWindow(signal: AbortSignal): Promise<number | null>;
}

export class ModelError extends Error {
  override name = 'ModelError';
  /** Asking again may help: the server was busy or the line broke before the first word. */
  readonly mayRetry: boolean;
  readonly retryAfterMs: number | null;
  constructor(
    message: string,
    { mayRetry = false, retryAfterMs = null as number | null, cause = undefined as unknown } = {},
  ) {
    super(message, { cause });
    this.mayRetry = mayRetry;
    this.retryAfterMs = retryAfterMs;
  }
}

const MOST_TRIES = 3;
const LONGEST_WAIT_MS = 20_000;

/** An endpoint that is asked again, up to twice, where that may help; never once a word has come. */
export function withRetries(endpoint: ModelEndpoint, wait = pause): ModelEndpoint {
  return {
    ...endpoint,
    async complete(request, signal, onText) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await endpoint.complete(request, signal, onText);
        } catch (error) {
          if (!(error instanceof ModelError) || !error.mayRetry || attempt >= MOST_TRIES) throw error;
          const backOff = error.retryAfterMs ?? 500 * 2 ** attempt * (0.5 + Math.random());
          if (backOff > LONGEST_WAIT_MS) throw error;
          await wait(backOff, signal);
        }
      }
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Four characters a token: what is reckoned with before a server has counted. */
export function estimateTokens(messages: readonly Message[]): number {
  return Math.ceil(messages.reduce((sum, { content }) => sum + content.length + 16, 0) / 4);
}
