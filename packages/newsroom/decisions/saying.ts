import type { Host } from '../host/index.ts';

/** An answer as far as it has come. It is on record once it is whole; till then only the process that asked knows it. */
export interface Saying {
  /** Of the turn that it answers. */
  readonly key: string;
  readonly text: string;
}

const HEARD = new WeakMap<Host, { sayings: Map<string, Saying>; ears: Set<() => void> }>();

function heard(host: Host) {
  const known = HEARD.get(host) ?? { sayings: new Map(), ears: new Set() };
  HEARD.set(host, known);
  return known;
}

export function beginSaying(
  host: Host,
  decisionId: string,
  key: string,
): { readonly add: (text: string) => void; readonly end: () => void } {
  const { sayings, ears } = heard(host);
  sayings.set(decisionId, { key, text: '' });
  return {
    add(piece) {
      sayings.set(decisionId, { key, text: `${sayings.get(decisionId)?.text ?? ''}${piece}` });
      for (const wake of ears) wake();
    },
    end() {
      sayings.delete(decisionId);
    },
  };
}

/** What is being said now, if it is said in this process. */
export function sayingOf(host: Host, decisionId: string): Saying | undefined {
  return heard(host).sayings.get(decisionId);
}

/** Waits until somebody says something in this process, at most so long. */
export function untilSaid(host: Host, mostMs: number, signal: AbortSignal): Promise<void> {
  const { ears } = heard(host);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      ears.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, mostMs);
    ears.add(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
