import type { Command } from './command.ts';
import { commands } from './registry.ts';

/** Where summaries begin; a longer call has its summary on the line below. */
const COLUMN = 20;

/** The list of commands. */
export async function help(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map(async (load) => (await load()).command));
  const lines = loaded.map((c) => {
    const called = heading(c);
    return called.length < COLUMN
      ? `  ${called.padEnd(COLUMN)}${c.summary}`
      : `  ${called}\n  ${' '.repeat(COLUMN)}${c.summary}`;
  });
  return `Broadsheet: the daily papers, with their experiments running inside.\n\nUsage: broadsheet COMMAND [options]\n\n${lines.join('\n')}\n\nEvery command takes --data DIR (default ./site-data), --help, and --json where it prints results.\n`;
}

/** How one command is called. */
export function helpFor(command: Command): string {
  const options = Object.entries(command.options ?? {}).map(
    ([name, o]) => `  --${name}${o.type === 'string' ? ' VALUE' : ''}`,
  );
  return `Usage: broadsheet ${heading(command)} [options]\n  ${command.summary}\n${options.length > 0 ? `\nOptions:\n${options.join('\n')}\n` : ''}  --data DIR, --help, --json\n`;
}

function heading(command: Command): string {
  return command.usage ? `${command.name} ${command.usage}` : command.name;
}
