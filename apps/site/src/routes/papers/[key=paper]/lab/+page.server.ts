import { currentHost } from '@broadsheet/newsroom/host';
import { error, redirect } from '@sveltejs/kit';
import { loadLab } from '#lib/server/lab-page.ts';
import { loadPaperPage } from '#lib/server/paper-page.ts';
import { View } from '#lib/view.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, url, locals }) => {
  const bare = params.key.replace(/v\d+$/, '');
  if (bare !== params.key) redirect(308, `/papers/${bare}/lab${url.search}`);
  const host = currentHost();
  const page = await loadPaperPage(bare, url, locals.acting);
  const lab = await loadLab(host, page.paper.arxivId ?? '', url.searchParams);
  if (!lab)
    error(404, 'No experiment here', {
      detail: 'No experiment of this paper runs on this site. Those that do are in the lab.',
    });
  return { view: new View({ lab, paper: page.paper, titleHtml: page.titleHtml }) };
};
