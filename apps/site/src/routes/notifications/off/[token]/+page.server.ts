import { currentHost } from '@broadsheet/newsroom/host';
import { readOffLink } from '@broadsheet/newsroom/notifications';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Only asks: what ends the letters is the POST, which src/api/mail.ts takes, from mail programs too. */
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  const link = await readOffLink(currentHost(), params.token);
  if (!link) error(404, 'No such link', { detail: 'It is none of this site’s, or its reader has left.' });
  return { title: link.title, isOff: link.isOff };
};
