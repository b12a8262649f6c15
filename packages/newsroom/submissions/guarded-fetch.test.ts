import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuardError, guardedFetch, isPublicAddress } from './index.ts';

describe('which addresses are public', () => {
  test.for([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
    ...['0.0.0.0', '224.0.0.1', '255.255.255.255', '198.18.0.1', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1'],
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1'],
    ...['localhost', '', '127.1', '0x7f000001'],
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  test.for(['8.8.8.8', '172.32.0.1', '151.101.1.42', '2606:4700::1111'])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('reading a stranger’s address', () => {
  let server: Server;
  let port: number;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.headers.host}${request.url}`);
      const url = new URL(request.url ?? '/', 'http://x');
      const hops = Number(url.searchParams.get('hops'));
      if (hops > 0) return void response.writeHead(302, { location: `/?hops=${hops - 1}` }).end();
      const to = url.searchParams.get('to');
      if (to) return void response.writeHead(302, { location: to }).end();
      if (url.pathname === '/endless') {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(64 * 1024)), 1);
        return void response.once('close', () => clearInterval(timer));
      }
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const options = {
    accept: 'text/html',
    userAgent: 'test',
    // As if this server stood in the public internet, and nothing else of this machine did.
    isAllowed: (address: string, at: number) =>
      (address === '127.0.0.1' && at === port) || (isPublicAddress(address) && at === 80),
    resolve: async (host: string) => {
      const known: Record<string, string[]> = {
        'site.example': ['127.0.0.1'],
        'inside.example': ['10.0.0.5'],
        'half.example': ['8.8.8.8', '127.0.0.2'],
      };
      return known[host] ?? [];
    },
  };
  const read = (url: string) => guardedFetch(url, options);

  test('a page of a public site is read, through three redirects and no more', async () => {
    expect((await read(`http://site.example:${port}/`)).body).toBe('<p>hello');
    expect((await read(`http://site.example:${port}/?hops=3`)).url).toBe(`http://site.example:${port}/?hops=0`);
    await expect(read(`http://site.example:${port}/?hops=4`)).rejects.toThrow('more than 3 times');
  });

  test('an endless answer is read as far as its head', async () => {
    expect((await read(`http://site.example:${port}/endless`)).body).toHaveLength(1024 * 1024);
  });

  test.for([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://inside.example/',
    'http://half.example/',
    'http://nowhere.example/',
    'http://site.example:22/',
    'http://user:pass@site.example/',
    'file:///etc/passwd',
    'ftp://site.example/',
    'gopher://site.example/',
    'javascript:alert(1)',
    '',
  ])('%s is refused, also behind a redirect', async (url) => {
    const before = asked.length;
    await expect(read(url)).rejects.toThrow(GuardError);
    expect(asked.length).toBe(before);
    if (url === '') return;
    await expect(read(`http://site.example:${port}/?to=${encodeURIComponent(url)}`)).rejects.toThrow(GuardError);
    expect(asked.length).toBe(before + 1);
  });

  test('the connection goes to the address that was looked at, whatever the name answers later', async () => {
    let answers = 0;
    const resolve = async () => {
      answers += 1;
      return ['127.0.0.1'];
    };
    await guardedFetch(`http://rebinding.example:${port}/`, { ...options, resolve });
    expect(answers).toBe(1);
    expect(asked.at(-1)).toBe(`rebinding.example:${port}/`);
  });

  test('what fails is told without the name of anything inside', async () => {
    const closed = { ...options, isAllowed: () => true };
    await expect(guardedFetch('http://127.0.0.1:1/', closed)).rejects.toThrow('could not be read');
  });
});
