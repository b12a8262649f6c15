import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Resolve, refuseLinkLocal, safeFetch } from './safe-fetch.ts';

const at =
  (address: string): Resolve =>
  (_, __, callback) =>
    callback(null, [{ address, family: 4 }]);
const post = { headers: {}, body: '{}', signal: new AbortController().signal };

async function server(status: number, headers: Record<string, string> = {}) {
  let asked = 0;
  const http = createServer((_, response) => {
    asked += 1;
    response.writeHead(status, headers).end('said');
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  return { port: (http.address() as AddressInfo).port, asked: () => asked };
}

test('what a name is looked up as is what is connected to', async () => {
  const { port } = await server(200, { 'content-type': 'text/plain' });
  const url = new URL(`http://models.example:${port}/v1`);
  const answer = await safeFetch([url.origin], at('127.0.0.1'))(url, post);
  expect([answer.status, await answer.text()]).toEqual([200, 'said']);
});

test('a name that has come to mean a metadata address is refused at connecting', async () => {
  const url = new URL('http://models.example/v1');
  await expect(safeFetch([url.origin], at('169.254.169.254'))(url, post)).rejects.toThrow(/no model server may have/);
});

test.for(['http://169.254.169.254/', 'http://[::ffff:169.254.169.254]/', 'http://[fe80::1]/', 'http://0.0.0.0/'])(
  '%s is refused as entered and as asked',
  async (address) => {
    const url = new URL(address);
    await expect(refuseLinkLocal(url.hostname)).rejects.toThrow(/no model server may have/);
    await expect(safeFetch([url.origin])(url, post)).rejects.toThrow(/no model server may have/);
  },
);

test('a redirect is an answer and is not followed; another origin is not asked', async () => {
  const elsewhere = await server(200);
  const { port } = await server(302, { location: `http://127.0.0.1:${elsewhere.port}/` });
  const url = new URL(`http://127.0.0.1:${port}/v1`);
  expect((await safeFetch([url.origin])(url, post)).status).toBe(302);
  expect(elsewhere.asked()).toBe(0);
  await expect(safeFetch(['http://127.0.0.1:1'])(url, post)).rejects.toThrow(/not among the model servers/);
});
