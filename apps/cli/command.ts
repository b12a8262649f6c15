import type { ParseArgsConfig } from 'node:util';
import type { Host } from '@broadsheet/newsroom/host';

/** Options of a command, as node:util's parseArgs takes them. */
export type CommandOptions = NonNullable<ParseArgsConfig['options']>;

/** What a running command may use; nothing else of the process. */
export interface CommandContext {
  host: Host;
  args: string[];
  flags: Record<string, string | boolean | string[] | boolean[] | undefined>;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
  /** Whether progress may be drawn on standard error. */
  isTerminal: boolean;
  /** Aborts on Ctrl-C. */
  signal: AbortSignal;
}

/** One command of the command line. Exit code 0: done; 1: failed; 2: misused. */
export interface Command {
  name: string;
  summary: string;
  /** What comes after the name, e.g. 'FILE…'. */
  usage: string;
  options?: CommandOptions;
  run(context: CommandContext): Promise<number>;
}

/** The command was called wrongly; ends with exit code 2 and the usage. */
export class Misuse extends Error {
  override name = 'Misuse';
}
