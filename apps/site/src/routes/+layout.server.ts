import type { Acting } from '@broadsheet/newsroom/accounts';
import { newestEdition } from '@broadsheet/newsroom/editions';
import { currentHost, type Host, perVersion } from '@broadsheet/newsroom/host';
import { countNew } from '@broadsheet/newsroom/notifications';
import type { LayoutServerLoad } from './$types';

/** What every page shows around its content: the masthead's day and number. */
export const load: LayoutServerLoad = async ({ url, locals }) => {
  const host = currentHost();
  return {
    site: { name: host.settings.siteName, origin: url.origin },
    path: url.pathname,
    question: url.searchParams.get('q') ?? '',
    /** Absent where nobody can sign in, so that a site without accounts never speaks of them. */
    visitor: host.settings.mode === 'accounts' ? await visitorOf(host, locals.acting) : undefined,
    edition: await perVersion(host, 'newest edition', () => newestEdition(host)),
  };
};

/** Whoever looks, and how much they have been told since. */
async function visitorOf(host: Host, { via, reader }: Acting) {
  if (via !== 'session' || !reader) return { isSignedIn: false, news: 0 };
  return { isSignedIn: true, news: await countNew(host.database.db, reader.id) };
}
