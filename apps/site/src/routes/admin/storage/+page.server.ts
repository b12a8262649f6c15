import { requireRole } from '@broadsheet/newsroom/accounts';
import { listBackups, removeBackup, startBackup, storageFacts } from '@broadsheet/newsroom/administration';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  return { now: host.now(), facts: await storageFacts(host), backups: await listBackups(host) };
};

export const actions: Actions = {
  backup: async ({ locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const started = await startBackup(currentHost(), actor.id);
    if (!started) return fail(409, { refused: 'A backup is being made already.' });
    return { said: 'A backup is being made; it is in the list when it is whole.' };
  },
  remove: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const isGone = await removeBackup(currentHost(), actor.id, field(await request.formData(), 'name'));
    return isGone ? { said: 'Removed.' } : fail(404, { refused: 'There is no such backup.' });
  },
};
