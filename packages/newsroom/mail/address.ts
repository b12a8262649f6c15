import { createHash } from 'node:crypto';
import { domainToASCII } from 'node:url';

/** RFC 5321 §4.5.3.1: the longest path is 256 octets with its angle brackets. */
const MAX_CHARS = 254;
const MAX_LOCAL_CHARS = 64;
/** A dot-atom (RFC 5322 §3.2.3). Quoted local parts exist on paper; nobody who reads papers has one. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$|^localhost$/;

/**
 * One mail address as we keep it: lower case, its domain in ASCII; undefined for anything else, such as two addresses,
 * a name before it, a line break, or letters that only SMTPUTF8 could carry. Local parts differ by case on no server
 * that matters, and one person must not be two subscribers.
 */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARS) return undefined;
  const at = trimmed.lastIndexOf('@');
  const local = trimmed.slice(0, at).toLowerCase();
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  if (at < 1 || local.length > MAX_LOCAL_CHARS || !LOCAL.test(local) || !DOMAIN.test(domain)) return undefined;
  return `${local}@${domain}`;
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/**
 * How an address is remembered after it was deleted. Not keyed: the list must hold when a site is restored without its
 * secrets, since whoever complained once must not be written to again.
 */
export function addressHash(address: string): string {
  return createHash('sha256').update(`broadsheet suppression\n${address}`).digest('hex');
}
