import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** What an administrator has entered of a model server. */
export interface ModelEndpointFacts {
  readonly id: string;
  readonly label: string;
  readonly baseUrl: string;
  readonly model: string;
  readonly windowTokens: number;
}
export type SafeFetch = (url: URL, init: RequestInit) => Promise<Response>;

/** A whole answer may take so long. */
const TIMEOUT_MS = 180_000;

const metadata = new BlockList();
metadata.addSubnet('169.254.0.0', 16, 'ipv4');
metadata.addSubnet('0.0.0.0', 8, 'ipv4');
metadata.addSubnet('224.0.0.0', 3, 'ipv4');
metadata.addSubnet('fe80::', 10, 'ipv6');
metadata.addAddress('fd00:ec2::254', 'ipv6');

export class RefusedAddress extends Error {
  override name = 'RefusedAddress';
}

/**
 * Fetches from the origins that an administrator has listed, and from no other: no redirects, and never link-local or
 * metadata addresses, whatever a name resolves to now.
 */
export function safeFetch(allowedOrigins: readonly string[]): SafeFetch {
  return async (url, init) => {
    if (!allowedOrigins.includes(url.origin))
      throw new RefusedAddress(`${url.origin} is not among the model servers of this site.`);
    await refuseLinkLocal(url.hostname);
    const signal = init.signal
      ? AbortSignal.any([init.signal, AbortSignal.timeout(TIMEOUT_MS)])
      : AbortSignal.timeout(TIMEOUT_MS);
    return fetch(url, { ...init, signal, redirect: 'error' });
  };
}

/** Also asked when an address is entered, so that the refusal comes where it can be mended. */
export async function refuseLinkLocal(hostname: string): Promise<void> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(name) ? [{ address: name, family: isIP(name) }] : await lookup(name, { all: true });
  for (const { address, family } of addresses) {
    const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
    const isRefused = mapped ? metadata.check(mapped, 'ipv4') : metadata.check(address, family === 6 ? 'ipv6' : 'ipv4');
    if (isRefused) throw new RefusedAddress(`${hostname} is at ${address}, which no model server may have.`);
  }
}
