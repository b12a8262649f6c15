import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { type ModelEndpoint, ModelError, type ModelReply, type ModelRequest } from './endpoint.ts';
import { listModels, servedWindow } from './models.ts';
import { type ModelEndpointFacts, RefusedAddress, type SafeFetch, TooSlow } from './safe-fetch.ts';

/** The most that is read of one answer's text, and of its bytes: each token of a stream comes in a wrapping of its own. */
const ANSWER_LIMIT_CHARS = 200_000;
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;
/** Every field of a foreign answer may be missing. */
const Usage = z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).partial().nullish();
const Chunk = z.object({
  model: z.string().nullish(),
  system_fingerprint: z.string().nullish(),
  usage: Usage,
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).nullish(),
        message: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  error: z.object({ message: z.string() }).partial().nullish(),
});

/**
 * Any server that speaks OpenAI's `/chat/completions`: ollama, llama.cpp, vLLM, hosted ones. It is asked to stream; a
 * server that answers in one piece is read as well. Retries are not made here.
 */
export function openAiEndpoint(facts: ModelEndpointFacts, key: string | null, fetch: SafeFetch): ModelEndpoint {
  const url = new URL('chat/completions', facts.baseUrl.endsWith('/') ? facts.baseUrl : `${facts.baseUrl}/`);
  return {
    id: facts.id,
    label: facts.label,
    receiver: url.host,
    windowTokens: facts.windowTokens,
    price: { in: facts.priceIn, out: facts.priceOut },
    async complete(request, signal, onText = () => {}) {
      const response = await send(url, key, facts, request, signal, fetch);
      const reply = new Reply(facts.model, key, onText);
      try {
        await read(response, reply);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        if (error instanceof ModelError) throw error;
        if (isTooSlow(error)) throw tooSlow(url.host, error);
        throw new ModelError(`${url.host} stopped in the middle of its answer.`, {
          mayRetry: reply.isEmpty,
          cause: error,
        });
      }
      return reply.finished(url.host);
    },
    servedWindow: (signal) => servedWindow(facts, key, fetch, signal),
  };
}

async function send(
  url: URL,
  key: string | null,
  facts: ModelEndpointFacts,
  request: ModelRequest,
  signal: AbortSignal,
  fetch: SafeFetch,
): Promise<Response> {
  const body = JSON.stringify({
    model: facts.model,
    messages: request.messages,
    max_tokens: request.maxTokens,
    temperature: request.temperature,
    stream: true,
    stream_options: { include_usage: true },
  });
  let response: Response;
  try {
    response = await fetch(url, {
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream, application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
      body,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof RefusedAddress) throw new ModelError(error.message, { cause: error });
    if (isTooSlow(error)) throw tooSlow(url.host, error);
    throw new ModelError(`${url.host} cannot be reached. Is the model server running?`, {
      mayRetry: true,
      cause: error,
    });
  }
  if (response.ok) return response;
  const said = await limitedText(response, 4_000).catch(() => '');
  const mayRetry = [408, 409, 429].includes(response.status) || response.status >= 500;
  const seconds = Number(response.headers.get('retry-after'));
  const models = response.status === 404 ? await listModels(facts, key, fetch, signal) : null;
  const known = models ? ` It has: ${models.slice(0, 20).join(', ') || 'none'}.` : '';
  throw new ModelError(`${explain(url.host, response.status, withoutKey(said, key).slice(0, 300))}${known}`, {
    mayRetry,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  });
}

function explain(host: string, status: number, said: string): string {
  const what =
    status === 401 || status === 403
      ? 'does not accept the key; an administrator sets it under Models'
      : status === 404
        ? 'does not know this address or model'
        : status === 429
          ? 'is asked too often'
          : `answered ${status}`;
  return `${host} ${what}.${said ? ` It said: ${said}` : ''}`;
}

/** Some servers repeat what they were sent. */
function withoutKey(text: string, key: string | null): string {
  return key ? text.replaceAll(key, '[key]') : text;
}

async function read(response: Response, reply: Reply): Promise<void> {
  if (!response.headers.get('content-type')?.includes('text/event-stream')) {
    reply.take(await limitedText(response, ANSWER_LIMIT_BYTES));
    return;
  }
  const parser = createParser({ onEvent: ({ data }) => data !== '[DONE]' && reply.take(data) });
  const decoder = new TextDecoder();
  let bytesRead = 0;
  for await (const bytes of response.body ?? []) {
    bytesRead += bytes.length;
    if (bytesRead > ANSWER_LIMIT_BYTES) throw new ModelError(TOO_LONG);
    parser.feed(decoder.decode(bytes, { stream: true }));
  }
}

const TOO_LONG = 'The answer is longer than this site reads.';

/** A body as text. @throws {ModelError} when it has more bytes than that */
async function limitedText(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytesRead = 0;
  for await (const bytes of response.body ?? []) {
    bytesRead += bytes.length;
    if (bytesRead > limit) throw new ModelError(TOO_LONG);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isTooSlow(error: unknown): boolean {
  return error instanceof TooSlow || (error as Error).name === 'TimeoutError';
}

function tooSlow(host: string, cause: unknown): ModelError {
  return new ModelError(
    `${host} was too slow: it said nothing for minutes, or took longer than a quarter of an hour.`,
    {
      cause,
    },
  );
}

class Reply {
  #text = '';
  #model: string;
  #finish: string | null = null;
  #fingerprint: string | null = null;
  #usage: ModelReply['usage'] = null;
  readonly #key: string | null;
  readonly #onText: (piece: string) => void;

  constructor(model: string, key: string | null, onText: (piece: string) => void) {
    this.#model = model;
    this.#key = key;
    this.#onText = onText;
  }

  get isEmpty(): boolean {
    return this.#text === '';
  }

  take(json: string): void {
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new ModelError('The model server sent something that is not JSON.', {
        mayRetry: this.isEmpty,
        cause: error,
      });
    }
    const chunk = Chunk.safeParse(value);
    if (!chunk.success) throw new ModelError('The model server does not answer in the shape of chat completions.');
    if (chunk.data.error)
      throw new ModelError(
        `The model server said: ${withoutKey(chunk.data.error.message ?? 'error', this.#key).slice(0, 300)}`,
        { mayRetry: this.isEmpty },
      );
    const { model, system_fingerprint: fingerprint, usage, choices } = chunk.data;
    this.#model = model ?? this.#model;
    this.#fingerprint = fingerprint ?? this.#fingerprint;
    if (usage) this.#usage = { in: usage.prompt_tokens ?? 0, out: usage.completion_tokens ?? 0 };
    const choice = choices?.[0];
    const piece = choice?.delta?.content ?? choice?.message?.content ?? '';
    this.#finish = choice?.finish_reason ?? this.#finish;
    if (piece === '') return;
    this.#text += piece;
    if (this.#text.length > ANSWER_LIMIT_CHARS) throw new ModelError(TOO_LONG);
    this.#onText(piece);
  }

  finished(host: string): ModelReply {
    if (this.#finish === null && this.isEmpty)
      throw new ModelError(`${host} ended its answer before the first word.`, { mayRetry: true });
    // Without a reason the line broke: what came is a fragment, and no answer.
    if (this.#finish === null) throw new ModelError(`${host} stopped in the middle of its answer.`);
    return {
      text: this.#text,
      finish: this.#finish,
      model: this.#model,
      fingerprint: this.#fingerprint,
      usage: this.#usage,
    };
  }
}
