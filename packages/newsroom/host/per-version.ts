import type { Host } from './index.ts';

const kept = new WeakMap<Host, { version: number; values: Map<string, Promise<unknown>> }>();

/** Computes a value once for each version of the content; for what every page shows and few changes touch. */
export function perVersion<T>(host: Host, key: string, compute: () => Promise<T>): Promise<T> {
  const version = host.contentVersion();
  let mine = kept.get(host);
  if (mine?.version !== version) {
    mine = { version, values: new Map() };
    kept.set(host, mine);
  }
  const { values } = mine;
  const known = values.get(key) as Promise<T> | undefined;
  if (known) return known;
  const asked = compute();
  values.set(key, asked);
  // A store that was away for a moment must not be remembered as the answer.
  asked.catch(() => values.delete(key));
  return asked;
}
