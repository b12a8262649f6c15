import { currentHost } from '@broadsheet/newsroom/host';
import { loadTopicList } from '#lib/server/topics/list.ts';
import { loadOverview } from '#lib/server/topics/overview.ts';
import { View } from '#lib/view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url, setHeaders }) => {
  const host = currentHost();
  const [overview, list] = await Promise.all([loadOverview(host), loadTopicList(host, url.searchParams)]);
  setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate' });
  return { view: new View({ overview, list }) };
};
