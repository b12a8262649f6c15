import { loadPaperPage } from '#lib/server/paper-page.ts';
import { View } from '#lib/view.ts';
import type { PageServerLoad } from './$types';

/** Papers from before April 2007 have an address of two parts, such as /papers/math/0611800. */
export const load: PageServerLoad = async ({ params, url, locals, setHeaders }) => {
  const page = await loadPaperPage(`${params.archive}/${params.number}`, url, locals.acting);
  // The same address is Markdown for those who prefer it.
  setHeaders({ vary: 'Accept' });
  if (page.isComplete) setHeaders({ 'cache-control': 'public, max-age=0, must-revalidate' });
  return { view: new View(page) };
};
