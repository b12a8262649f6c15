import type { Host } from './index.ts';

/** Time changes pages too: a day begins somewhere, an edition closes. Every zone's midnight falls on a quarter of an hour. */
const QUARTER_MS = 15 * 60_000;
/** The lists that most readers ask for; whatever is asked beyond them is computed again. */
const MAX_VALUES = 64;

const kept = new WeakMap<Host, { version: string; values: Map<string, Promise<unknown>> }>();

/** Names what pages show now: it changes with the content, and with every quarter of an hour. */
export function shownVersion(host: Host): string {
  return `${host.contentVersion()} ${Math.floor(host.now() / QUARTER_MS)}`;
}

/**
 * Computes a value once for each version of what pages show; for what many of them need, and what they ask for most.
 * The value is shared: nobody may change it.
 */
export function perVersion<T>(host: Host, key: string, compute: () => Promise<T>): Promise<T> {
  const version = shownVersion(host);
  let mine = kept.get(host);
  if (mine?.version !== version) {
    mine = { version, values: new Map() };
    kept.set(host, mine);
  }
  const { values } = mine;
  const known = values.get(key) as Promise<T> | undefined;
  if (known) {
    values.delete(key);
    values.set(key, known);
    return known;
  }
  const asked = compute();
  values.set(key, asked);
  if (values.size > MAX_VALUES) values.delete(values.keys().next().value as string);
  // A store that was away for a moment must not be remembered as the answer.
  asked.catch(() => values.delete(key));
  return asked;
}
