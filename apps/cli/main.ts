import { parseArgs } from 'node:util';
import { explainStoreError, openHost, SettingsError } from '@broadsheet/newsroom/host';
import { type Command, Misuse } from './command.ts';
import { help, helpFor } from './help.ts';
import { commands } from './registry.ts';
import { readSettings } from './settings-file.ts';

process.exitCode = await main(process.argv.slice(2));

async function main(argv: string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (!name || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(await help());
    return name ? 0 : 2;
  }
  const load = commands[name];
  if (!load) return misuse(`There is no command "${name}".`, await help());
  const { command } = await load();
  return run(command, rest);
}

async function run(command: Command, argv: string[]): Promise<number> {
  let parsed: ReturnType<typeof parseCommandLine>;
  try {
    parsed = parseCommandLine(command, argv);
  } catch (error) {
    return misuse((error as Error).message, helpFor(command));
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(helpFor(command));
    return 0;
  }
  const abort = new AbortController();
  const stop = () => abort.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  let host: Awaited<ReturnType<typeof openHost>> | undefined;
  try {
    host = await openHost(readSettings(values));
    return await command.run({
      host,
      args: positionals,
      flags: values,
      stdout: process.stdout,
      stderr: process.stderr,
      isTerminal: Boolean(process.stderr.isTTY),
      signal: abort.signal,
    });
  } catch (error) {
    if (error instanceof Misuse) return misuse(error.message, helpFor(command));
    process.stderr.write(`broadsheet ${command.name}: ${explain(error, host?.database.location)}\n`);
    return error instanceof SettingsError ? 2 : 1;
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await host?.close();
  }
}

function parseCommandLine(command: Command, argv: string[]) {
  return parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      data: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      ...command.options,
    },
  }) as { values: Record<string, string | boolean | undefined>; positionals: string[] };
}

function misuse(message: string, usage: string): number {
  process.stderr.write(`broadsheet: ${message}\n\n${usage}`);
  return 2;
}

/** One line for what a person can act on; the whole story for what only a programmer can. */
function explain(error: unknown, location?: string): string {
  if (!(error instanceof Error)) return String(error);
  const known = error instanceof SettingsError ? error.message : explainStoreError(error, location);
  if (known !== undefined || process.env.BROADSHEET_DEBUG === undefined) return known ?? error.message;
  return error.stack ?? error.message;
}
