import { currentHost } from '@broadsheet/newsroom/host';
import { siteIndex } from '@broadsheet/newsroom/search';
import { sourceStatus } from '@broadsheet/newsroom/sources';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  const { db, name, location } = host.database;
  const [sources, papers, editions] = await Promise.all([
    sourceStatus(host),
    db
      .selectFrom('paper')
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('edition')
      .select((s) => s.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
  ]);
  const site = siteIndex(host);
  return {
    now: host.now(),
    sources,
    isGathering: host.settings.pull,
    facts: [
      { name: 'Papers', value: Number(papers.count).toLocaleString('en') },
      { name: 'Closed editions', value: Number(editions.count).toLocaleString('en') },
      {
        name: 'Search index',
        value: site.isReady
          ? `ready, ${site.index.size.toLocaleString('en')} papers`
          : `being built, ${site.index.size.toLocaleString('en')} papers so far`,
      },
      { name: 'Store', value: name === 'sqlite' ? 'SQLite, one file' : `PostgreSQL (${new URL(location).host})` },
      { name: 'Time zone', value: host.settings.zone },
      { name: 'Categories', value: host.settings.categories.join(', ') },
    ],
  };
};
