import { currentHost } from '@broadsheet/newsroom/host';
import { countRuns, laboratoryOf } from '@broadsheet/newsroom/lab';
import { mailStatus } from '@broadsheet/newsroom/mail';
import { runtimesOf } from '@broadsheet/newsroom/runtimes';
import { type SiteIndex, siteIndex } from '@broadsheet/newsroom/search';
import { sourceStatus } from '@broadsheet/newsroom/sources';
import { experimentWords, runtimeWords } from '#lib/server/lab-words.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  const { db, name, location } = host.database;
  const [sources, mail, papers, editions, runs] = await Promise.all([
    sourceStatus(host),
    mailStatus(host),
    db
      .selectFrom('paper')
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('edition')
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    countRuns(host),
  ]);
  const site = siteIndex(host);
  return {
    now: host.now(),
    sources,
    mail: { isFiles: mail.isFiles, waiting: mail.letters.queued, trouble: mail.trouble },
    isGathering: host.settings.pull,
    facts: [
      { name: 'Papers', value: Number(papers.count).toLocaleString('en') },
      { name: 'Closed editions', value: Number(editions.count).toLocaleString('en') },
      {
        name: 'Search index',
        value: indexState(site),
      },
      { name: 'Store', value: name === 'sqlite' ? 'SQLite, one file' : `PostgreSQL (${new URL(location).host})` },
      { name: 'Training runtime', value: runtimeWords(runtimesOf(host)) },
      {
        name: 'Experiments',
        value: experimentWords(host.settings.lab.serverRuns, laboratoryOf(host).list().length, runs),
      },
      { name: 'Time zone', value: host.settings.zone },
      { name: 'Categories', value: host.settings.categories.join(', ') },
    ],
  };
};

function indexState({ isReady, index, progress }: SiteIndex): string {
  const papers = `${index.size.toLocaleString('en')} papers, ${Math.ceil(index.bytes / 1024 / 1024).toLocaleString('en')} MiB`;
  if (!progress) return isReady ? `ready, ${papers}` : 'waiting to be built';
  const read = `${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')} changed papers are read`;
  return isReady ? `${papers}; ${read}` : `being built: ${read}`;
}
