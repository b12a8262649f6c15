import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import {
  CHANNELS,
  changeSwitches,
  KIND_TITLES,
  KINDS,
  markSeen,
  notificationsOf,
  type Switches,
  switchesOf,
} from '@broadsheet/newsroom/notifications';
import { plainText } from '@broadsheet/newsroom/papers';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const { db } = host.database;
  const reader = requireRole(locals.acting, 'reader');
  const told = await notificationsOf(db, reader.id);
  return {
    now: host.now(),
    told: told.map((one) => ({ ...one, paper: { ...one.paper, title: plainText(one.paper.title) } })),
    kinds: KINDS.map((kind) => ({ kind, title: KIND_TITLES[kind] })),
    switches: (await switchesOf(db, [reader.id]))(reader.id),
    hasAddress: reader.email !== undefined,
  };
};

export const actions: Actions = {
  save: async ({ request, locals }) => {
    const { id } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const wanted = Object.fromEntries(
      KINDS.map((kind) => [
        kind,
        Object.fromEntries(CHANNELS.map((channel) => [channel, form.has(`${kind}-${channel}`)])),
      ]),
    ) as Switches;
    await changeSwitches(currentHost(), id, wanted);
    return { said: 'Kept.' };
  },
  seen: async ({ request, locals }) => {
    const { id } = requireRole(locals.acting, 'reader');
    const upTo = Number(field(await request.formData(), 'upTo'));
    const host = currentHost();
    if (Number.isSafeInteger(upTo)) await markSeen(host.database.db, id, upTo, host.now());
    return { said: 'All read.' };
  },
};
