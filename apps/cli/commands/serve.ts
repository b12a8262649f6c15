import { createAdminToken } from '@broadsheet/newsroom/accounts';
import { startDecisionWorker } from '@broadsheet/newsroom/decisions';
import { issueBodies } from '@broadsheet/newsroom/digest';
import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { seedSite } from '@broadsheet/newsroom/exchange';
import { siteJobs } from '@broadsheet/newsroom/host';
import { markPapers, startLabWorker } from '@broadsheet/newsroom/lab';
import { startSender } from '@broadsheet/newsroom/mail';
import { keepRuntimes } from '@broadsheet/newsroom/runtimes';
import { startScheduler } from '@broadsheet/newsroom/scheduler';
import { siteIndex, stopIndexer } from '@broadsheet/newsroom/search';
import { startServer } from '@broadsheet/site/server';
import type { Command } from '../command.ts';

export const command: Command = {
  name: 'serve',
  summary: 'Serves the site and gathers its papers, until stopped.',
  usage: '',
  options: { port: { type: 'string' }, host: { type: 'string' } },
  async run({ host, stdout, signal }) {
    const { seeded } = await seedSite(host);
    if (seeded) host.log.info('the almanac and edition zero are in place');
    await closeDueEditions(host);
    await markPapers(host);
    const server = await startServer(host);
    stdout.write(`${host.settings.siteName} is at ${server.address}\n`);
    const token = await createAdminToken(host);
    if (token)
      stdout.write(`The first administrator signs in once with this token at ${server.address}admin\n  ${token}\n`);
    // After the address: the first page waits for neither.
    siteIndex(host);
    void keepRuntimes(host, { until: server.firstAnswer, signal }).then(server.prepareRuntime);
    const scheduler = startScheduler(host, host.settings.pull ? {} : { sources: [] });
    const sender = startSender(host, { bodiesOf: issueBodies(host) });
    const lab = host.settings.lab.serverRuns ? await startLabWorker(host, await siteJobs(host)) : undefined;
    const decisions = await startDecisionWorker(host, await siteJobs(host));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await decisions.stop();
    await lab?.stop();
    await scheduler.stop();
    await sender.stop();
    await server.close();
    await stopIndexer();
    return 0;
  },
};
