import { fileURLToPath } from 'node:url';
import { temporarySqlite } from '@broadsheet/database/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import { equip, markPapers, startLabWorker } from '@broadsheet/newsroom/lab';
import { PI_ADDRESS, PI_SOURCE, piLab } from '@broadsheet/newsroom/lab/testing';
import { mergeRecords, type PaperRecord } from '@broadsheet/newsroom/papers';
import { readySiteIndex } from '@broadsheet/newsroom/search';
import { hostOn } from '@broadsheet/newsroom/testing';
import type { BrowserContext } from 'playwright-core';
import { rolldown } from 'rolldown';
import { startServer } from '../server.ts';

/** A site whose one paper has the small experiment of the tests, with its recorded runs and a worker for runs on the server. */
export async function startLabSite({ env = {}, recorded = ['live', 'full'] as ('live' | 'full')[] } = {}) {
  const database = await temporarySqlite();
  const host = await hostOn(database, { at: Date.parse('2026-01-16T15:00:00Z'), env });
  const lab = await piLab({ recorded });
  equip(host, lab);
  const paper: PaperRecord = {
    source: 'huggingface',
    arxivId: '2601.00001',
    title: 'Estimating π by Throwing Darts',
    authors: ['Ada Löwe', 'Bo Chen'],
    abstract: 'We throw darts at a quarter disc and count.',
    categories: ['cs.LG'],
    feature: { day: '2026-01-14', by: 'source' },
  } as PaperRecord;
  await mergeRecords(database, [paper, { ...paper, arxivId: '2601.00002', title: 'Another Paper' }], {
    now: host.now(),
    today: '2026-01-14',
  });
  await markPapers(host);
  await readySiteIndex(host);
  let processId = 0;
  const worker = await startLabWorker(host, await siteJobs(host), {
    pollMs: 50,
    onProcess: (pid) => {
      processId = pid;
    },
  });
  let server = await startServer(host, { port: 0 });
  const { port } = server;
  return {
    url: server.address.replace(/\/$/, ''),
    host,
    /** The process of the run in hand. */
    processId: () => processId,
    /** Takes the site away and brings it back under the same address; runs go on meanwhile. */
    async loseConnection(whileAway: () => Promise<void>) {
      await server.close();
      await whileAway();
      server = await startServer(host, { port });
    },
    async stop() {
      await worker.stop();
      await server.close();
      await host.close();
      await database.dispose();
      lab.dispose();
    },
  };
}

let piModule: string | undefined;

/** Gives a browser the experiment's module at the address that the lab's page names. */
export async function servePi(context: BrowserContext): Promise<void> {
  piModule ??= await bundlePi();
  await context.route(`**${PI_ADDRESS}`, (route) =>
    route.fulfill({
      contentType: 'text/javascript',
      body: piModule,
    }),
  );
}

async function bundlePi(): Promise<string> {
  const bundle = await rolldown({ input: fileURLToPath(PI_SOURCE), platform: 'browser', tsconfig: false });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return output[0].code;
}
