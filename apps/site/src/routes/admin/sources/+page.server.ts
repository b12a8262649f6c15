import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { askSourceNow, sourceStatus, switchSource } from '@broadsheet/newsroom/sources';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  return { now: host.now(), isGathering: host.settings.pull, sources: await sourceStatus(host) };
};

export const actions: Actions = {
  switch: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const id = await known(field(form, 'id'));
    if (!id) return fail(404, { refused: 'There is no such source.' });
    await switchSource(currentHost(), actor.id, id, field(form, 'on') === 'yes');
    return { said: 'Done.' };
  },
  ask: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const id = await known(field(await request.formData(), 'id'));
    if (!id) return fail(404, { refused: 'There is no such source.' });
    await askSourceNow(currentHost(), actor.id, id);
    return { said: 'It is asked at the scheduler’s next turn, within half a minute.' };
  },
};

async function known(id: string): Promise<string | undefined> {
  return (await sourceStatus(currentHost())).find((source) => source.id === id)?.id;
}
