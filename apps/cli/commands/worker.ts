import { startDecisionWorker } from '@broadsheet/newsroom/decisions';
import { issueBodies } from '@broadsheet/newsroom/digest';
import { siteJobs } from '@broadsheet/newsroom/host';
import { startLabWorker } from '@broadsheet/newsroom/lab';
import { startSender } from '@broadsheet/newsroom/mail';
import { keepRuntimes } from '@broadsheet/newsroom/runtimes';
import { startScheduler } from '@broadsheet/newsroom/scheduler';
import type { Command } from '../command.ts';

export const command: Command = {
  name: 'worker',
  summary:
    'Gathers papers, closes editions, sends mail and runs experiments without serving pages; any number may run beside a site on PostgreSQL.',
  usage: '',
  async run({ host, stdout, signal }) {
    void keepRuntimes(host, { until: Promise.resolve(), signal });
    const scheduler = startScheduler(host, host.settings.pull ? {} : { sources: [] });
    const sender = startSender(host, { bodiesOf: issueBodies(host) });
    const lab = host.settings.lab.serverRuns ? await startLabWorker(host, await siteJobs(host)) : undefined;
    const decisions = await startDecisionWorker(host, await siteJobs(host));
    stdout.write('gathering and sending until stopped\n');
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await decisions.stop();
    await lab?.stop();
    await scheduler.stop();
    await sender.stop();
    return 0;
  },
};
