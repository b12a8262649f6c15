import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { seedSite } from '@broadsheet/newsroom/exchange';
import { siteIndex } from '@broadsheet/newsroom/search';
import { startServer } from '@broadsheet/site/server';
import type { Command } from '../command.ts';

/** Serves the site until it is told to stop. */
export const command: Command = {
  name: 'serve',
  summary: 'Serves the site and gathers its papers.',
  usage: '',
  options: { port: { type: 'string' }, host: { type: 'string' }, 'no-pull': { type: 'boolean' } },
  async run({ host, stdout, signal }) {
    await seedSite(host);
    await closeDueEditions(host);
    siteIndex(host);
    const server = await startServer(host);
    stdout.write(`${host.settings.siteName} is at ${server.address}\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await server.close();
    return 0;
  },
};
