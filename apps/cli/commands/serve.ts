import { startServer } from '@broadsheet/site/server';
import type { Command } from '../command.ts';

/** Serves the site until it is told to stop. */
export const command: Command = {
  name: 'serve',
  summary: 'Serves the site and gathers its papers.',
  usage: '',
  options: { port: { type: 'string' }, host: { type: 'string' }, 'no-pull': { type: 'boolean' } },
  async run({ host, flags, stdout, signal }) {
    const server = await startServer(host, { gather: host.settings.pull && !flags['no-pull'] });
    stdout.write(`${host.settings.siteName} is at ${server.address}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
    return 0;
  },
};
