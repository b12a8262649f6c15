import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { rollbackStage } from '@broadsheet/newsroom/topics';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import { loadStages } from '#lib/server/topics/stages.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ url, locals }) => {
  const before = /^\d{1,9}$/.exec(url.searchParams.get('before') ?? '')?.[0];
  const isAdmin = locals.acting.role === 'admin';
  return loadStages(currentHost(), { before: before === undefined ? undefined : Number(before), isAdmin });
};

export const actions: Actions = {
  rollback: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    if (field(form, 'sure') !== 'yes') return { isSure: false };
    const done = await rollbackStage(currentHost(), { readerId });
    if ('refused' in done) return fail(409, { refused: done.refused });
    return { said: 'The stage is taken back, and its papers were filed anew among the topics that are left.' };
  },
};
