import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Who asks, and by which address they know us. */
export interface Caller {
  clientAddress: string;
  /** Scheme and host as the reader's browser shows them, e.g. 'https://papers.example.org'. */
  origin: string;
}

/**
 * Reads the caller from a request. `X-Forwarded-*` counts only when the connection comes from a trusted proxy;
 * from anyone else it could forge addresses and links.
 * @param trustedProxies addresses or CIDR ranges, e.g. ['127.0.0.1', '10.0.0.0/8']
 */
export function callerReader(trustedProxies: string[], baseUrl?: string): (request: IncomingMessage) => Caller {
  const trusted = blockList(trustedProxies);
  const isTrusted = (address: string) =>
    trustedProxies.length > 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return (request) => {
    const remote = withoutMapping(request.socket.remoteAddress ?? '');
    const isProxied = isTrusted(remote);
    const protocol = (isProxied && first(request.headers['x-forwarded-proto'])) || 'http';
    const host = (isProxied && first(request.headers['x-forwarded-host'])) || request.headers.host || 'localhost';
    return {
      clientAddress: isProxied ? furthestTrusted(request, trusted, remote) : remote,
      origin: baseUrl ?? `${protocol === 'https' ? 'https' : 'http'}://${safeHost(host)}`,
    };
  };
}

/** The last address in the chain that no trusted proxy vouches for further. */
function furthestTrusted(request: IncomingMessage, trusted: BlockList, remote: string): string {
  const chain = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((part) => withoutMapping(part.trim()))
    .filter((part) => isIP(part) !== 0);
  for (const address of chain.reverse()) {
    if (!trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return address;
  }
  return remote;
}

function blockList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address, bits] = entry.split('/');
    const family = isIP(address);
    if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
      throw new Error(
        `BROADSHEET_TRUSTED_PROXIES holds "${entry}"; expected addresses or ranges like 127.0.0.1 or 10.0.0.0/8.`,
      );
    }
    if (bits === undefined) list.addAddress(address, family === 6 ? 'ipv6' : 'ipv4');
    else list.addSubnet(address, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

function first(header: string | string[] | undefined): string | undefined {
  return (
    String(header ?? '')
      .split(',')[0]
      .trim() || undefined
  );
}

/** A Host header goes into links and redirects; anything but a host name and port is replaced. */
function safeHost(host: string): string {
  return /^[\w.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/.test(host) ? host : 'localhost';
}

function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
}
