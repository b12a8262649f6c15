import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { temporarySqlite } from '@broadsheet/database/testing';
import { closeDueEditions } from '@broadsheet/newsroom/editions';
import { mergeRecords, type PaperRecord } from '@broadsheet/newsroom/papers';
import { readySiteIndex } from '@broadsheet/newsroom/search';
import { hostOn } from '@broadsheet/newsroom/testing';
import { type Browser, chromium } from 'playwright-core';
import { startServer } from '../server.ts';

const DAY = '2026-01-14';

/** Papers of our own words, with everything that has ever broken a page. */
const PAPERS: Partial<PaperRecord>[] = [
  {
    title: 'Maps of $O(n^2)$ Places, Drawn Slowly',
    abstract: 'We draw maps. They cost $5 to $10 each, and $\\alpha_1$ of them are wrong.',
    repository: 'ada/maps',
    organization: 'Institute of Maps',
  },
  {
    title: 'Ελληνικά και Кириллица: Names in Many Scripts',
    authors: ['Ελένη Παπαδοπούλου', 'Владимир Иванов'],
    abstract: 'Letters of several scripts stand beside each other.',
  },
  { title: '数学的方法与 Methods 的比较研究', authors: ['王小明', '山田太郎'], abstract: '我们比较两种方法。' },
  { title: 'دراسة في الخرائط القديمة', authors: ['محمد علي', 'דוד כהן'], abstract: 'نقارن بين طريقتين.' },
  {
    title: '<script>document.title="owned"</script> & <img src=x onerror=alert(1)>',
    authors: ['<b>Bold Name</b>'],
    abstract: '<svg onload=alert(1)> $\\href{javascript:alert(1)}{x}$',
  },
  {
    title: 'A Paper by Very Many People',
    authors: Array.from({ length: 40 }, (_, i) => `Person Number ${i + 1}`),
    abstract: 'So many people wrote it that the page folds them.',
  },
  {
    title: 'A Withdrawn Paper Whose Reason Is Told',
    abstract: 'It was fine once.',
    withdrawn: { reason: 'the proof of lemma 2 has a gap', at: 1 },
  },
];

const installed = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path && existsSync(path));

/** The machine's Chromium, else the one that comes as a package for Linux. */
export const browserPath = installed ?? (await packagedBrowser());

async function packagedBrowser(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

/** A site with accounts, and whatever else its settings say; it is known as localhost, which may have passkeys. */
export async function startSiteWithAccounts(env: Record<string, string> = {}) {
  const probe = createServer();
  const port = await new Promise<number>((resolve) =>
    probe.listen(0, '127.0.0.1', () => resolve((probe.address() as AddressInfo).port)),
  );
  await new Promise((resolve) => probe.close(resolve));
  const url = `http://localhost:${port}`;
  const site = await startSite({
    port,
    env: { BROADSHEET_MODE: 'accounts', BROADSHEET_BASE_URL: url, HOST: '127.0.0.1', ...env },
  });
  return { ...site, url };
}

/** A site on a port of its own, with papers of a few days, and its store. */
export async function startSite({ port = 0, env = {} }: { port?: number; env?: Record<string, string> } = {}) {
  const database = await temporarySqlite();
  const host = await hostOn(database, { at: Date.parse('2026-01-16T15:00:00Z'), env });
  host.settings.dataDir = database.dir;
  const records = Array.from({ length: 31 }, (_, i): PaperRecord => {
    const special = PAPERS[i] ?? {
      title: `Plain Paper Number ${i} About Rivers and Bridges`,
      abstract: `Rivers and bridges, told for the ${i}th time. Nothing more is said.`,
    };
    return {
      source: 'huggingface',
      arxivId: `2601.${String(i + 1).padStart(5, '0')}`,
      authors: ['Ada Löwe', 'Bo Chen'],
      categories: ['cs.LG'],
      publishedAt: Date.parse('2026-01-12'),
      version: 1,
      feature: { day: DAY, by: 'source' },
      counts: [{ votes: 60 - i, comments: i % 4, asOf: 1 }],
      ...special,
    } as PaperRecord;
  });
  await mergeRecords(database, records, { now: host.now(), today: DAY });
  await mergeRecords(
    database,
    Array.from({ length: 120 }, (_, i) => ({
      source: 'arxiv-rss',
      arxivId: `2601.${String(i + 1000).padStart(5, '0')}`,
      title: `Listed Paper ${i} of a Long and Quiet Day`,
      authors: ['Bo Chen'],
      categories: ['cs.LG'],
      listedOn: '2026-01-15',
    })),
    { now: host.now(), today: DAY },
  );
  await closeDueEditions(host);
  await readySiteIndex(host);
  const server = await startServer(host, { port });
  return {
    url: server.address.replace(/\/$/, ''),
    host,
    async stop() {
      await server.close();
      await host.close();
      await database.dispose();
    },
  };
}

export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
