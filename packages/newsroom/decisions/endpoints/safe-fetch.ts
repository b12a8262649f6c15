import { type LookupAddress, lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** What an administrator has entered of a model server. */
export interface ModelEndpointFacts {
  readonly id: string;
  readonly label: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly windowTokens: number;
  /** Of a million tokens, in the site's currency. */
  readonly priceIn: number;
  readonly priceOut: number;
}
export interface SafeRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** Posted; without one it is a GET. */
  readonly body?: string;
  readonly signal: AbortSignal;
}
/** What answers with a redirect is not followed. */
export type SafeFetch = (url: URL, request: SafeRequest) => Promise<Response>;
/** As `dns.lookup` with all addresses. */
export type Resolve = (
  hostname: string,
  options: { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A whole answer may take so long; a reservation of the budget outlives it. */
const TIMEOUT_MS = 15 * 60_000;
/** A model on a small machine reads a long prompt for minutes before its first word; after that words follow each other. */
const SILENCE_MS = 5 * 60_000;

const metadata = new BlockList();
metadata.addSubnet('169.254.0.0', 16, 'ipv4');
metadata.addSubnet('0.0.0.0', 8, 'ipv4');
metadata.addSubnet('224.0.0.0', 3, 'ipv4');
metadata.addSubnet('fe80::', 10, 'ipv6');
metadata.addAddress('fd00:ec2::254', 'ipv6');

export class RefusedAddress extends Error {
  override name = 'RefusedAddress';
}

/** Nothing came for too long. */
export class TooSlow extends Error {
  override name = 'TooSlow';
}

/**
 * Asks the origins that an administrator has listed, and to no other: no redirects, and never to link-local or
 * metadata addresses. A name is looked up once, and what is looked at is what is connected to: node:http and not `fetch`,
 * which would look it up again, and may then be told another address.
 */
export function safeFetch(allowedOrigins: readonly string[], resolve: Resolve = lookup): SafeFetch {
  return async (url, { headers, body, signal }) => {
    if (!allowedOrigins.includes(url.origin))
      throw new RefusedAddress(`${url.origin} is not among the model servers of this site.`);
    const name = nameOf(url.hostname);
    if (isIP(name)) refuse(url.hostname, [{ address: name, family: isIP(name) }]);
    const options = {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      timeout: SILENCE_MS,
      lookup: guarded(resolve),
    };
    return new Promise((answer, reject) => {
      const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, options, (incoming) => {
        try {
          const type = incoming.headers['content-type'] ?? '';
          const retry = incoming.headers['retry-after'] ?? '';
          answer(
            new Response(Readable.toWeb(incoming) as ReadableStream, {
              status: incoming.statusCode,
              headers: { 'content-type': type, 'retry-after': retry },
            }),
          );
        } catch (error) {
          incoming.destroy();
          reject(error);
        }
      });
      request.once('timeout', () =>
        request.destroy(new TooSlow(`${url.host} has said nothing for ${SILENCE_MS / 60_000} minutes.`)),
      );
      request.once('error', reject);
      request.end(body);
    });
  };
}

/** Also asked when an address is entered, so that the refusal comes where it can be mended. */
export async function refuseLinkLocal(hostname: string): Promise<void> {
  const name = nameOf(hostname);
  refuse(hostname, isIP(name) ? [{ address: name, family: isIP(name) }] : await promisify(lookup)(name, { all: true }));
}

function guarded(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      try {
        if (error) throw error;
        refuse(hostname, addresses);
      } catch (refused) {
        return callback(refused as Error, []);
      }
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
}

/** An IPv6 address of a URL without its brackets. */
function nameOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** @throws {RefusedAddress} IPv4 addresses written as IPv6 ones are looked at as what they are */
function refuse(hostname: string, addresses: readonly LookupAddress[]): void {
  for (const { address, family } of addresses)
    if (metadata.check(address, family === 6 ? 'ipv6' : 'ipv4'))
      throw new RefusedAddress(`${hostname} is at ${address}, which no model server may have.`);
}
