import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test } from 'vitest';
import { ModelError, withRetries } from './endpoint.ts';
import { hasModel, listModels } from './models.ts';
import { openAiEndpoint } from './openai.ts';
import { safeFetch } from './safe-fetch.ts';

const KEY = 'sk-canary-key';
const REQUEST = {
  messages: [{ role: 'user', content: 'What speaks for it?' }],
  maxTokens: 100,
  temperature: 0,
  place: { turn: 1, fork: '', context: 'chat' },
} as const;
const never = new AbortController().signal;

function endpointAt(origin: string) {
  const facts = { id: 'x', label: 'X', baseUrl: `${origin}/v1`, model: 'some-model', windowTokens: 8192 };
  return openAiEndpoint({ ...facts, priceIn: 0, priceOut: 0 }, KEY, safeFetch([origin]));
}

/** A server of our own that answers as it is told, for what no decent server does. */
async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

// Written by others, after OpenAI's documents: we do not speak to ourselves alone.
async function mock(set: (server: LLMock) => unknown): Promise<{ server: LLMock; origin: string }> {
  const server = new LLMock({ port: 0 });
  set(server);
  await server.start();
  onTestFinished(async () => void (await server.stop()));
  return { server, origin: new URL(server.url).origin };
}

test('a server written by others is understood: text in pieces, why it ended, what it counted', async () => {
  const words = 'Two sources speak for it, and one against. '.repeat(5).trim();
  const { server, origin } = await mock((m) =>
    m.onMessage(/speaks/, { content: words, usage: { prompt_tokens: 12, completion_tokens: 40 } }, { chunkSize: 10 }),
  );
  const pieces: string[] = [];
  const reply = await endpointAt(origin).complete(REQUEST, never, (piece) => pieces.push(piece));
  expect(reply).toMatchObject({ text: words, finish: 'stop', usage: { in: 12, out: 40 } });
  expect(pieces.length).toBeGreaterThan(5);
  expect(pieces.join('')).toBe(words);
  expect(server.getLastRequest()?.headers.authorization).not.toBe(undefined);
  expect(server.getLastRequest()?.body).toMatchObject({ model: 'some-model', stream: true, max_tokens: 100 });
});

test.for([
  [429, 'rate limited'],
  [503, 'overloaded'],
] as const)('what it answers with %s is asked once more, and then had', async ([status, message]) => {
  const { server, origin } = await mock((m) => m.onMessage(/speaks/, { content: 'Now.' }));
  server.nextRequestError(status, { message });
  const wait: number[] = [];
  const endpoint = withRetries(endpointAt(origin), async (ms) => void wait.push(ms));
  expect((await endpoint.complete(REQUEST, never)).text).toBe('Now.');
  expect(wait).toHaveLength(1);
});

test('what it refuses with 401 is not asked again, and the key is in no message', async () => {
  const { server, origin } = await mock((m) => m.onMessage(/speaks/, { content: 'Now.' }));
  server.nextRequestError(401, { message: `Incorrect API key provided: ${KEY}` });
  const error = await withRetries(endpointAt(origin)).complete(REQUEST, never).catch(String);
  expect(error).toMatch(/does not accept the key/);
  expect(error).not.toContain('canary');
  expect(server.getRequests()).toHaveLength(1);
});

test('an answer that it breaks off in the middle is none', async () => {
  const { origin } = await mock((m) =>
    m.onMessage(/speaks/, { content: 'x'.repeat(400) }, { chunkSize: 10, truncateAfterChunks: 6, latency: 20 }),
  );
  const error = await endpointAt(origin)
    .complete(REQUEST, never)
    .catch((each: unknown) => each);
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).mayRetry).toBe(false);
});

test('its list of models is read; one that does not list them is no obstacle', async () => {
  const { origin } = await mock((m) => m.onMessage(/speaks/, { content: 'Now.' }));
  const facts = { baseUrl: `${origin}/v1` };
  const models = await listModels(facts, KEY, safeFetch([origin]));
  expect(models?.length).toBeGreaterThan(0);
  expect(hasModel(['llama3.2:latest'], 'llama3.2')).toBe(true);
  expect(hasModel(['llama3.2:latest'], 'llama9')).toBe(false);
  const silent = await serverThat((_, response) => response.writeHead(404).end());
  expect(await listModels({ baseUrl: silent }, KEY, safeFetch([silent]))).toBeNull();
});

test('a model that a server does not know is answered with those that it does', async () => {
  const origin = await serverThat((request, response) => {
    if (request.url === '/v1/models') response.end(JSON.stringify({ data: [{ id: 'b' }, { id: 'a' }] }));
    else response.writeHead(404).end(JSON.stringify({ error: { message: 'model not found' } }));
  });
  await expect(endpointAt(origin).complete(REQUEST, never)).rejects.toThrow(/does not know .* It has: a, b\.$/);
});

test('an error in the middle of a stream is told without the key that it repeats', async () => {
  const origin = await serverThat((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify({ error: { message: `no quota left for ${KEY}` } })}\n\n`);
  });
  const error = await endpointAt(origin).complete(REQUEST, never).catch(String);
  expect(error).toMatch(/no quota left for \[key\]/);
  expect(error).not.toContain('canary');
});

test.for(['application/json', 'text/event-stream'])('an endless answer of %s is not read to its end', async (type) => {
  const line =
    type === 'application/json' ? ' '.repeat(65_536) : `data: ${JSON.stringify({ choices: [] })}\n\n`.repeat(2_000);
  let written = 0;
  const origin = await serverThat((_, response) => {
    response.writeHead(200, { 'content-type': type });
    const more = () => {
      while (!response.destroyed && response.write(line)) written += line.length;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  await expect(endpointAt(origin).complete(REQUEST, never)).rejects.toThrow(/longer than this site reads/);
  expect(written).toBeLessThan(64 * 1024 * 1024);
});
