import { newestEdition } from '@broadsheet/newsroom/editions';
import { currentHost, perVersion } from '@broadsheet/newsroom/host';
import type { LayoutServerLoad } from './$types';

/** What every page shows around its content: the masthead's day and number. */
export const load: LayoutServerLoad = async ({ url, locals }) => {
  const host = currentHost();
  return {
    site: { name: host.settings.siteName, origin: url.origin },
    path: url.pathname,
    question: url.searchParams.get('q') ?? '',
    /** Absent where nobody can sign in, so that a site without accounts never speaks of them. */
    visitor: host.settings.mode === 'accounts' ? { isSignedIn: locals.acting.via === 'session' } : undefined,
    edition: await perVersion(host, 'newest edition', () => newestEdition(host)),
  };
};
