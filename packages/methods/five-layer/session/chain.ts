/**
 * The record of a decision: append-only events, each bound to the one before by SHA-256. A payload can be erased
 * without breaking the chain, because the chain holds a salted hash of it.
 */
export interface ChainedEvent {
  readonly seq: number;
  readonly type: string;
  readonly actor: string;
  /** UTC, ISO 8601. */
  readonly at: string;
  /** SHA-256(salt ‖ canonical payload), hex. */
  readonly payloadHash: string;
  readonly prevHash: string;
  /** SHA-256(prevHash ‖ canonical JSON of seq, type, payloadHash, actor, at), hex. */
  readonly hash: string;
}
export interface StoredEvent extends ChainedEvent {
  /** Both null once redacted: a short text could be guessed from its hash and salt. */
  readonly payload: Json | null;
  readonly salt: string | null;
}
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** SHA-256 of a text, hex. Where this runs decides: a browser has it as a promise, a server at once and sooner. */
export type Digest = (text: string) => string | Promise<string>;

export const GENESIS = '0'.repeat(64);

export async function chainEvent(
  prev: { readonly seq: number; readonly hash: string } | null,
  event: {
    readonly type: string;
    readonly actor: string;
    readonly at: string;
    readonly payload: Json;
    readonly salt: string;
  },
  digest: Digest = sha256,
): Promise<StoredEvent> {
  const seq = (prev?.seq ?? 0) + 1;
  const prevHash = prev?.hash ?? GENESIS;
  const payloadHash = await digest(event.salt + canonicalJson(event.payload));
  const { type, actor, at, payload, salt } = event;
  const hash = await hashOf({ seq, type, actor, at, payloadHash, prevHash }, digest);
  return { seq, type, actor, at, payloadHash, prevHash, hash, payload, salt };
}

export type ChainVerdict =
  | { readonly valid: true; readonly events: number; readonly redacted: number; readonly head: string }
  | { readonly valid: false; readonly seq: number; readonly why: string };

/** Recomputes every hash. Names the first event that does not fit. */
export async function verifyChain(events: readonly StoredEvent[], digest: Digest = sha256): Promise<ChainVerdict> {
  let prevHash = GENESIS;
  let redacted = 0;
  for (const [index, event] of events.entries()) {
    const bad = (why: string): ChainVerdict => ({ valid: false, seq: event.seq, why });
    if (event.seq !== index + 1) return bad(`event ${index + 1} is missing`);
    if (event.prevHash !== prevHash) return bad('it does not follow the event before it');
    if (event.payload === null && event.salt === null) redacted += 1;
    else if (event.salt === null || (await digest(event.salt + canonicalJson(event.payload))) !== event.payloadHash)
      return bad('its content was changed');
    if ((await hashOf(event, digest)) !== event.hash) return bad('its type, actor, time or hash was changed');
    prevHash = event.hash;
  }
  return { valid: true, events: events.length, redacted, head: prevHash };
}

/** Takes the content of an event out; the chain stays valid. */
export function redact(event: StoredEvent): StoredEvent {
  return { ...event, payload: null, salt: null };
}

function hashOf(
  { seq, type, payloadHash, actor, at, prevHash }: Omit<ChainedEvent, 'hash'>,
  digest: Digest,
): string | Promise<string> {
  return digest(prevHash + canonicalJson({ seq, type, payloadHash, actor, at }));
}

/**
 * JSON Canonicalization Scheme, RFC 8785: keys by UTF-16 code units, numbers and strings as ECMAScript writes them.
 * @throws {TypeError} on what JSON cannot hold
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonicalJson: ${value} is not a number that JSON can hold.`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`canonicalJson: a ${typeof value} is not JSON.`);
  const record = value as { readonly [key: string]: Json };
  const keys = Object.keys(record).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(record[key])}`).join(',')}}`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
