/** One engine in a process of its own, as it runs on a site: builds and answers as its parent asks. See speed.ts. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadCorpus } from './corpus.ts';
import { type MeasuredEngine, measured } from './measured-engine.ts';

const FILE = fileURLToPath(import.meta.url);

type Call = { call: keyof MeasuredEngine; given: unknown[] };
type Reply = { value: unknown } | { failed: string };

if (process.argv[1] === FILE && process.send) await answerParent(process.argv[2]);

/** Starts an engine's process. It ends with this one, or when it is told to. */
export function startEngine(name: string): MeasuredEngine & { end(): void } {
  const child = fork(FILE, [name]);
  const call = async <T>(call: keyof MeasuredEngine, ...given: unknown[]) => {
    child.send({ call, given });
    return (await nextReply(child, name)) as T;
  };
  return {
    build: () => call('build'),
    warmUp: (questions, mostMs) => call('warmUp', questions, mostMs),
    ask: (text) => call('ask', text),
    end: () => child.disconnect(),
  };
}

async function nextReply(child: ChildProcess, name: string): Promise<unknown> {
  const ended = new AbortController();
  const [reply] = (await Promise.race([
    once(child, 'message', ended),
    once(child, 'exit', ended).then(([code]) => [{ failed: `its process ended with ${code}` }]),
  ]).finally(() => ended.abort())) as [Reply];
  if ('failed' in reply) throw new Error(`${name}: ${reply.failed}`);
  return reply.value;
}

async function answerParent(name: string): Promise<void> {
  const engine = await measured(name, loadCorpus);
  process.on('message', async ({ call, given }: Call) => {
    const run = engine[call] as (...args: unknown[]) => Promise<unknown>;
    process.send?.(
      await run(...given).then(
        (value): Reply => ({ value }),
        (error): Reply => ({ failed: String(error) }),
      ),
    );
  });
  process.once('disconnect', () => process.exit(0));
}
