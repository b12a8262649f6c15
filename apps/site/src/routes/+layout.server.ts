import { newestEdition } from '@broadsheet/newsroom/editions';
import { currentHost, perVersion } from '@broadsheet/newsroom/host';
import type { LayoutServerLoad } from './$types';

/** What every page shows around its content: the masthead's day and number. */
export const load: LayoutServerLoad = async ({ url }) => {
  const host = currentHost();
  return {
    site: { name: host.settings.siteName, origin: url.origin },
    path: url.pathname,
    question: url.searchParams.get('q') ?? '',
    edition: await perVersion(host, 'newest edition', () => newestEdition(host)),
  };
};
