import { leavingOf } from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

/** Only asks (RFC 8058 §3.2): what ends a subscription is the POST, which src/api/mail.ts takes, from mail programs too. */
export const load: PageServerLoad = async ({ params, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex' });
  const leaving = await leavingOf(currentHost(), params.token);
  if (!leaving) {
    error(404, {
      message: 'No such link',
      detail: 'It is none of this site’s, or its address was deleted here; then nothing comes to it any more.',
    });
  }
  return { leaving };
};
