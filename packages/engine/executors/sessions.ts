import type { Ort, OrtSession, RuntimeName } from '../runtimes.ts';

/** Programs that nobody holds any more but that may come back: the same experiment run twice opens its graph once. */
const IDLE_KEPT = 4;

interface Entry {
  session: Promise<OrtSession>;
  holders: number;
}

const entries = new Map<string, Entry>();

export interface HeldSession {
  run: OrtSession['run'];
  close(): Promise<void>;
}

/** Opens a graph, or shares one that is open with the same bytes, runtime and options. */
export async function openSession(
  ort: Ort,
  runtime: RuntimeName,
  model: Uint8Array,
  options: Record<string, unknown>,
): Promise<HeldSession> {
  const key = `${runtime}|${JSON.stringify(options)}|${await digest(model)}`;
  let entry = entries.get(key);
  if (!entry) {
    entry = { session: ort.InferenceSession.create(model, options), holders: 0 };
    entry.session.catch(() => entries.delete(key));
  }
  entries.delete(key);
  entries.set(key, entry); // the youngest stands last
  entry.holders += 1;
  const session = await entry.session;
  let open = true;
  return {
    async run(feeds) {
      if (!open) throw new Error('The program was disposed; compile it again.');
      return session.run(feeds);
    },
    async close() {
      if (!open) return;
      open = false;
      entry.holders -= 1;
      await releaseIdle();
    },
  };
}

async function releaseIdle(): Promise<void> {
  const idle = [...entries].filter(([, entry]) => entry.holders === 0);
  for (const [key, entry] of idle.slice(0, Math.max(0, idle.length - IDLE_KEPT))) {
    entries.delete(key);
    await (await entry.session).release();
  }
}

async function digest(bytes: Uint8Array): Promise<string> {
  // A page that is not on https or localhost has no crypto.subtle; its graphs are then told apart by a plain sum.
  if (!globalThis.crypto?.subtle) return `${bytes.length}-${fnv1a(bytes)}`;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(hash, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Two FNV-1a sums with different starts (Fowler, Noll, Vo), 64 bits together. */
function fnv1a(bytes: Uint8Array): string {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (const byte of bytes) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x0100019d);
  }
  return `${(a >>> 0).toString(16)}${(b >>> 0).toString(16)}`;
}
