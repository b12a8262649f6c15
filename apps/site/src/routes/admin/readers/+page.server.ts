import {
  changeRole,
  inviteReader,
  listReaders,
  lockReader,
  ROLES,
  type Role,
  requestSignIn,
  requireRole,
  vouchFor,
} from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

const PAGE = 50;

export const load: PageServerLoad = async ({ url }) => {
  const host = currentHost();
  const search = url.searchParams.get('find')?.slice(0, 100) || undefined;
  const before = Number(url.searchParams.get('before')) || undefined;
  const readers = await listReaders(host.database.db, { search, before, limit: PAGE });
  return {
    now: host.now(),
    search: search ?? '',
    roles: ROLES,
    readers,
    hasAccounts: host.settings.mode === 'accounts',
    more: readers.length === PAGE ? readers.at(-1)?.id : undefined,
  };
};

export const actions: Actions = {
  role: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const role = roleOf(field(form, 'role'));
    if (!role) return fail(400, { refused: `A role is one of ${ROLES.join(', ')}.` });
    return answer(await changeRole(currentHost(), actor.id, Number(field(form, 'id')), role));
  },
  lock: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const on = field(form, 'locked') === 'yes';
    return answer(await lockReader(currentHost(), actor.id, Number(field(form, 'id')), on));
  },
  confirm: async ({ request, locals }) => {
    const actor = requireRole(locals.acting, 'admin');
    return answer(await vouchFor(currentHost(), actor.id, Number(field(await request.formData(), 'id'))));
  },
  invite: async ({ request, locals, getClientAddress }) => {
    const host = currentHost();
    const actor = requireRole(locals.acting, 'admin');
    const form = await request.formData();
    const email = field(form, 'email');
    const role = roleOf(field(form, 'role'));
    if (!role) return fail(400, { refused: `A role is one of ${ROLES.join(', ')}.` });
    const invited = await inviteReader(host, actor.id, { email, role });
    if ('refused' in invited) return fail(400, { refused: invited.refused });
    const sent = await requestSignIn(host, { email, next: '/account', address: getClientAddress() });
    return { said: 'sent' in sent ? 'Invited; a link is on its way.' : 'Invited; they can now sign in by mail.' };
  },
};

function roleOf(text: string): Role | undefined {
  return ROLES.find((role) => role === text);
}

function answer(refused: string | undefined) {
  return refused ? fail(400, { refused }) : { said: 'Done.' };
}
