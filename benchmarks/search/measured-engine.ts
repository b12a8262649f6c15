import type { CorpusPaper } from './corpus.ts';
import { ENGINES, type Engine } from './engines/index.ts';

/** One question, measured around the engine's own search. */
export interface Measured {
  ms: number;
  /**
   * Processor time of the process, its other threads included: what a machine that is shared leaves comparable. A
   * server's own is not in it.
   */
  processorMs: number;
  found: number[];
}

export interface Built {
  seconds: number;
  /** 0 where the engine does not tell. */
  bytes: number;
}

/** An engine with a clock around it: in this process or in one of its own. */
export interface MeasuredEngine {
  build(): Promise<Built>;
  /** Asks until the questions or the time are at their end: a site has been asked some when its reader comes. */
  warmUp(questions: readonly string[], mostMs: number): Promise<void>;
  ask(text: string): Promise<Measured>;
}

/** @param load what it is filled with; not kept, as a site does not keep it */
export async function measured(name: string, load: () => Promise<readonly CorpusPaper[]>): Promise<MeasuredEngine> {
  const engine: Engine = await ENGINES[name]();
  return {
    build: async () => {
      const papers = await load();
      const from = performance.now();
      await engine.build(papers);
      return { seconds: (performance.now() - from) / 1_000, bytes: engine.bytes?.() ?? 0 };
    },
    warmUp: async (questions, mostMs) => {
      const until = performance.now() + mostMs;
      for (const text of questions) if (performance.now() < until) await engine.search(text);
    },
    ask: async (text) => {
      const worked = process.cpuUsage();
      const from = performance.now();
      const found = await engine.search(text);
      const ms = performance.now() - from;
      const { user, system } = process.cpuUsage(worked);
      return { ms, processorMs: (user + system) / 1_000, found };
    },
  };
}
