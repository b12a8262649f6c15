import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { forgetSearch, savedSearches, saveSearch } from '@broadsheet/newsroom/search';
import { fail, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  const { id } = requireRole(locals.acting, 'reader');
  setHeaders({ 'cache-control': 'no-store' });
  return { searches: await savedSearches(currentHost(), id) };
};

export const actions: Actions = {
  save: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const outcome = await saveSearch(currentHost(), {
      readerId,
      name: String(form.get('name') ?? ''),
      query: String(form.get('query') ?? ''),
    });
    if ('refused' in outcome) return fail(400, { refused: outcome.refused });
    redirect(303, outcome.saved.address);
  },
  forget: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    await forgetSearch(currentHost(), { readerId, id: String(form.get('id') ?? '') });
    redirect(303, '/searches');
  },
};
