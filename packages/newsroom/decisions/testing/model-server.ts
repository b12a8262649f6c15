import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallPlace, Complete } from '@broadsheet/experiments/five-layer';
import { z } from 'zod';

/** What the server does to the next answers, for tests of a line that breaks. */
export type Mischief = 'none' | 'busy' | 'error' | 'cut' | 'garbage' | 'slow' | 'whole';

export interface ModelServer {
  readonly baseUrl: string;
  /** Requests that are being answered now, and how many came. */
  open(): number;
  asked(): number;
  misbehave(mischief: Mischief, times?: number): void;
  close(): Promise<void>;
}

const Body = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
});

/** What kind of server it is: servers differ in what they say and in how much they take. */
export interface Kind {
  readonly key?: string;
  readonly countsTokens?: boolean;
  /** Longer prompts are refused with 400. */
  readonly mostTokens?: number;
  /** What its list of models says of the one that it has, beside its name. */
  readonly saysOfModel?: Readonly<Record<string, unknown>>;
}

/** OpenAI's protocol around the simulated model, on loopback: chat completions, streamed or whole, and the list of models. */
export async function startModelServer(complete: Complete, kind: Kind = {}): Promise<ModelServer> {
  let [open, asked, mischief, times] = [0, 0, 'none' as Mischief, 0];
  const server = createServer((request, response) => {
    open += 1;
    response.once('close', () => {
      open -= 1;
    });
    asked += 1;
    const now = times > 0 ? mischief : 'none';
    times -= 1;
    answer(request, response, complete, now, kind).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    open: () => open,
    asked: () => asked,
    misbehave: (next, count = 1) => {
      mischief = next;
      times = count;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  complete: Complete,
  mischief: Mischief,
  { key, countsTokens = true, mostTokens = Number.POSITIVE_INFINITY, saysOfModel }: Kind,
): Promise<void> {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  if (request.url === '/v1/models')
    return void json(200, { object: 'list', data: [{ id: 'simulated', object: 'model', ...saysOfModel }] });
  if (request.url !== '/v1/chat/completions') return void json(404, { error: { message: 'no such route' } });
  if (key && request.headers.authorization !== `Bearer ${key}`)
    return void json(401, { error: { message: `wrong key ${request.headers.authorization ?? ''}` } });
  if (mischief === 'busy') return void json(429, { error: { message: 'busy' } }, { 'retry-after': '0' });
  if (mischief === 'error') return void json(500, { error: { message: 'out of memory' } });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Body.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const reply = complete(body.messages, placeOf(body.messages));
  const meta = { id: 'chatcmpl-1', model: reply.model, system_fingerprint: reply.fingerprint };
  if (reply.usage.in > mostTokens)
    return void json(400, { error: { message: `maximum context length is ${mostTokens} tokens` } });
  const usage = countsTokens
    ? {
        prompt_tokens: reply.usage.in,
        completion_tokens: reply.usage.out,
        total_tokens: reply.usage.in + reply.usage.out,
      }
    : undefined;
  if (!body.stream || mischief === 'whole')
    return void json(200, {
      ...meta,
      usage,
      choices: [{ index: 0, message: { role: 'assistant', content: reply.text }, finish_reason: reply.finish }],
    });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (value: unknown) =>
    response.write(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
  const pieces = reply.text.match(/.{1,16}/gsu) ?? [''];
  for (const [i, content] of pieces.entries()) {
    if (response.destroyed) return;
    send({ ...meta, choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    if (mischief === 'cut' && i === 1) {
      // So that what was sent has left before the line breaks.
      await new Promise((resolve) => setTimeout(resolve, 100));
      return void response.destroy();
    }
    if (mischief === 'garbage' && i === 1) send('{"choices": [');
    if (mischief === 'slow') await new Promise((resolve) => setTimeout(resolve, 60));
  }
  send({ ...meta, choices: [{ index: 0, delta: {}, finish_reason: reply.finish }] });
  if (usage) send({ ...meta, choices: [], usage });
  send('[DONE]');
  response.end();
}

/** A real server is not told where in a session it is; this one counts the turns that it is shown. */
function placeOf(messages: readonly { role: string; content: string }[]): CallPlace {
  const turn = messages.filter(({ role, content }) => role === 'user' && !content.includes('<ask ')).length;
  const isAsk = messages.at(-1)?.content.includes('<ask ') ?? false;
  const hasChat = messages.some(({ role }) => role === 'assistant');
  return {
    turn,
    fork: isAsk ? (messages.at(-1)?.content ?? '').slice(0, 60) : '',
    context: !isAsk ? 'chat' : hasChat ? 'fork' : 'clean',
  };
}
