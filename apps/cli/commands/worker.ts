import { issueBodies } from '@broadsheet/newsroom/digest';
import { startSender } from '@broadsheet/newsroom/mail';
import { keepRuntimes } from '@broadsheet/newsroom/runtimes';
import { startScheduler } from '@broadsheet/newsroom/scheduler';
import type { Command } from '../command.ts';

export const command: Command = {
  name: 'worker',
  summary:
    'Gathers papers, closes editions and sends mail without serving pages; any number may run beside a site on PostgreSQL.',
  usage: '',
  async run({ host, stdout, signal }) {
    void keepRuntimes(host, { until: Promise.resolve(), signal });
    const scheduler = startScheduler(host, host.settings.pull ? {} : { sources: [] });
    const sender = startSender(host, { bodyOf: issueBodies(host) });
    stdout.write('gathering and sending until stopped\n');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await scheduler.stop();
    await sender.stop();
    return 0;
  },
};
