import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './public-address.ts';

const MAX_REDIRECTS = 3;
const MAX_BYTES = 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** An address that is not asked, or that did not answer as it should; the message is for who proposed it. */
export class GuardError extends Error {
  override name = 'GuardError';
}

export interface GuardOptions {
  accept: string;
  userAgent: string;
  /** Which addresses may be asked; tests let their own server in. */
  isAllowed?: (address: string, port: number) => boolean;
  resolve?: (host: string) => Promise<string[]>;
}

export interface Page {
  url: string;
  type: string;
  body: string;
}

/**
 * Reads what a stranger's address leads to, from the public internet alone. Host names are resolved here, every address
 * of theirs is looked at, and the connection goes to exactly the one that was: a name that answers differently a moment
 * later gains nothing. Redirects are followed three times at most, each looked at as if it were the first.
 * @throws {GuardError}
 */
export async function guardedFetch(address: string, options: GuardOptions): Promise<Page> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let url = parse(address);
  for (let hop = 0; ; hop++) {
    const response = await ask(url, options, signal);
    const status = response.statusCode ?? 0;
    const location = response.headers.location;
    if (status >= 300 && status < 400 && location) {
      response.destroy();
      if (hop === MAX_REDIRECTS) throw new GuardError(`${address} leads on more than ${MAX_REDIRECTS} times.`);
      if (!URL.canParse(location, url)) throw new GuardError(`${url.host} leads on to no address.`);
      url = parse(new URL(location, url).href);
      continue;
    }
    if (status !== 200) {
      response.destroy();
      throw new GuardError(`${url.host} answered ${status}.`);
    }
    return { url: url.href, type: response.headers['content-type'] ?? '', body: await bodyOf(response, url) };
  }
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new GuardError('Only addresses that begin with https:// or http:// are read.');
  if (url.username || url.password) throw new GuardError('An address with a name or password in it is not read.');
  return url;
}

async function ask(url: URL, options: GuardOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { isAllowed = usual, resolve = everyAddress } = options;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.length === 0) throw new GuardError(`There is no ${host}.`);
  if (!addresses.every((one) => isAllowed(one, port)))
    throw new GuardError(`${url.host} is no website of the public internet, so it is not read.`);
  // The connection asks for the name again and is given what was looked at.
  const lookup: LookupFunction = (_name, asked, done) => {
    const known = addresses.map((one) => ({ address: one, family: isIP(one) }));
    if (asked.all) done(null, known);
    else done(null, known[0].address, known[0].family);
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolvePromise, reject) => {
    const fail = (error: Error) => reject(new GuardError(`${url.host} could not be read.`, { cause: error }));
    const headers = { accept: options.accept, 'user-agent': options.userAgent, 'accept-encoding': 'identity' };
    send(url, { headers, lookup, signal, agent: false }, resolvePromise).once('error', fail).end();
  });
}

const usual = (address: string, port: number) => isPublicAddress(address) && (port === 80 || port === 443);

async function everyAddress(host: string): Promise<string[]> {
  return (await dnsLookup(host, { all: true })).map(({ address }) => address);
}

async function bodyOf(response: IncomingMessage, url: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      // What says which paper a page is about stands at its head.
      if (bytes >= MAX_BYTES) break;
    }
  } catch (error) {
    throw new GuardError(`${url.host} stopped in the middle of its answer.`, { cause: error });
  }
  response.destroy();
  return Buffer.concat(chunks).toString('utf8', 0, MAX_BYTES);
}
