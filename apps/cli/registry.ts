import type { Command } from './command.ts';

/** Every command, loaded when called. Adding one is one file and one line here. */
export const commands: Record<string, () => Promise<{ command: Command }>> = {
  serve: () => import('./commands/serve.ts'),
};
