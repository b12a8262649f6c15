import { isBeingRead } from '#lib/server/being-read.ts';
import { loadTopicPage } from '#lib/server/topics/page.ts';
import { View } from '#lib/view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, url, locals, request, setHeaders }) => {
  const page = await loadTopicPage(Number(params.id), url, locals.acting, isBeingRead(request));
  setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate' });
  return { view: new View(page) };
};
