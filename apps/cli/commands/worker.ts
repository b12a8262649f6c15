import { startScheduler } from '@broadsheet/newsroom/scheduler';
import type { Command } from '../command.ts';

export const command: Command = {
  name: 'worker',
  summary: 'Gathers papers and closes editions without serving pages; any number may run beside a site on PostgreSQL.',
  usage: '',
  async run({ host, stdout, signal }) {
    const scheduler = startScheduler(host);
    stdout.write('gathering until stopped\n');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await scheduler.stop();
    return 0;
  },
};
