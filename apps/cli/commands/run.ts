import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  confirmationPath,
  type HereOptions,
  type RunResult,
  replayHere,
  runHere,
  SIZES,
  type Size,
  writeWhole,
} from '@broadsheet/newsroom/lab';
import { type Command, type CommandContext, Misuse } from '../command.ts';
import { progressLine } from '../progress-line.ts';

export const command: Command = {
  name: 'run',
  summary:
    'Runs an experiment and says what it found; stopped, the same command goes on where it was. --replay runs a stored result again, or with --part only parts of it, and compares; --confirm then notes beside it that they are the same.',
  usage: 'EXPERIMENT',
  options: {
    size: { type: 'string' },
    seeds: { type: 'string' },
    param: { type: 'string', multiple: true },
    workers: { type: 'string' },
    out: { type: 'string' },
    replay: { type: 'string' },
    part: { type: 'string', multiple: true },
    confirm: { type: 'boolean' },
  },
  async run(context) {
    const { args, flags } = context;
    if (typeof flags.replay === 'string') return replay(context, flags.replay);
    const [experiment] = args;
    if (!experiment) throw new Misuse('run needs the name of an experiment, or --replay FILE.');
    const options: HereOptions = {
      experiment,
      size: sizeOf(flags.size),
      seeds: flags.seeds,
      parameters: parametersOf(flags.param),
      workers: workersOf(flags.workers),
      dataDir: context.host.settings.dataDir,
      onFetch: context.host.settings.runtimes ? () => tellFetch(context) : undefined,
      ...watch(context),
    };
    const { result, forget } = await orMisuse(runHere(options), context.signal);
    if (typeof flags.out === 'string') await writeResult(flags.out, result);
    print(context, result);
    await forget();
    return 0;
  },
};

async function replay(context: CommandContext, file: string): Promise<number> {
  const { flags, stdout, signal } = context;
  const recorded = await readResult(file);
  const workers = workersOf(flags.workers);
  const only = Array.isArray(flags.part) ? (flags.part as string[]) : undefined;
  if (only && typeof flags.out === 'string') throw new Misuse('--out keeps a whole run; leave --part away.');
  const replaying = replayHere(recorded, { workers, only, ...watch(context) });
  const { comparison, result, confirmation } = await orMisuse(replaying, signal);
  if (flags.json) stdout.write(`${JSON.stringify({ ...comparison, hash: result.hash })}\n`);
  else stdout.write([comparison.word, ...comparison.where.map((line) => `  ${line}`), ''].join('\n'));
  if (typeof flags.out === 'string') await writeResult(flags.out, result);
  if (flags.confirm && confirmation) await writeWhole(confirmationPath(file), `${JSON.stringify(confirmation)}\n`);
  if (flags.confirm && !confirmation) throw new Error(`Not confirmed: ${comparison.word} is not identical.`);
  return comparison.word === 'different' ? 1 : 0;
}

function watch({ isTerminal, stderr, signal }: CommandContext): Pick<HereOptions, 'signal' | 'onEvent'> {
  const line = isTerminal ? progressLine(stderr) : undefined;
  return { signal, onEvent: (event) => event.type === 'progress' && line?.show(event) };
}

function tellFetch({ stderr }: CommandContext): void {
  stderr.write('fetching ONNX Runtime (90 MB, once; BROADSHEET_RUNTIMES=off keeps it away)\n');
}

function print({ flags, stdout }: CommandContext, result: RunResult): void {
  if (flags.json) {
    stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  for (const { claim, sentence } of result.verdicts) stdout.write(`${claim.padEnd(4)} ${sentence}\n`);
  const failures = result.outcomes.flatMap(({ seed, failures }) => failures.map((said) => `seed ${seed}, ${said}`));
  for (const failure of failures) stdout.write(`     ${failure}\n`);
  stdout.write(`${(result.durationMs / 1000).toFixed(1)} s on ${result.executorDescription}; hash ${result.hash}\n`);
}

/** Faults of what was asked end with exit code 2; a stop says that the work is kept. */
async function orMisuse<T>(run: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await run;
  } catch (error) {
    if (signal.aborted) throw new Error('Stopped. Finished parts are kept; the same command goes on from there.');
    const { name, message } = error as Error;
    if (name === 'ParameterError' || name === 'UnknownExperimentError' || name === 'RangeError')
      throw new Misuse(message);
    throw error;
  }
}

function sizeOf(value: unknown): Size {
  const size = SIZES.find((candidate) => candidate === (value ?? 'live'));
  if (!size) throw new Misuse(`--size is "${value}"; it takes ${SIZES.join(', ')}.`);
  return size;
}

function workersOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const workers = Number(value);
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    throw new Misuse(`--workers is "${value}"; it takes a whole number from 1 to 64.`);
  return workers;
}

function parametersOf(given: unknown): Record<string, string> {
  const pairs = Array.isArray(given) ? (given as string[]) : [];
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new Misuse(`--param is "${pair}"; it takes KEY=VALUE.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

async function writeResult(file: string, result: RunResult): Promise<void> {
  const text = `${JSON.stringify(result)}\n`;
  await writeWhole(file, file.endsWith('.gz') ? await promisify(gzip)(text) : text);
}

async function readResult(file: string): Promise<unknown> {
  try {
    const bytes = await readFile(file);
    return JSON.parse((file.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8'));
  } catch (cause) {
    throw new Misuse(`${file} cannot be read as a result: ${(cause as Error).message}`);
  }
}
