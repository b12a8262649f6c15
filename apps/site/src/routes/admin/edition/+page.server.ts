import { requireRole } from '@broadsheet/newsroom/accounts';
import { arrangeEdition, arrangementOf, isDay, longDay, openDays } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { plainText } from '@broadsheet/newsroom/papers';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url }) => {
  const host = currentHost();
  const days = await openDays(host);
  const asked = url.searchParams.get('day');
  const day = days.find((one) => one === asked) ?? days.at(0);
  const titled = days.map((one) => ({ day: one, title: longDay(one) }));
  if (!day) return { now: host.now(), days: titled };
  const arrangement = await arrangementOf(host, day);
  const pinned = arrangement.papers.filter((paper) => paper.isPinned).map((paper) => paper.key);
  const rows = arrangement.papers.map((paper) => ({
    ...paper,
    title: plainText(paper.title),
    buttons: buttonsFor(pinned, paper.key),
  }));
  const { last } = arrangement;
  const undo = last && last.before.join() !== pinned.join() ? { ...last, before: last.before.join() } : undefined;
  return { now: host.now(), days: titled, day, title: longDay(day), rows, pinned: pinned.join(), undo };
};

export const actions: Actions = {
  arrange: async ({ request, locals }) => {
    const { id: actorId } = requireRole(locals.acting, 'editor');
    const form = await request.formData();
    const day = field(form, 'day');
    if (!isDay(day)) return fail(400, { refused: 'Which edition is meant?' });
    const first = keys(field(form, 'first'));
    const refused = await arrangeEdition(currentHost(), { actorId, day, first, instead: keys(field(form, 'instead')) });
    return refused ? fail(409, { refused }) : { said: 'The edition stands so now.' };
  },
};

function keys(text: string): string[] {
  return text.split(',').filter(Boolean);
}

/** What can be done with a paper; each button says the whole outcome, so that a second press changes nothing. */
function buttonsFor(pinned: string[], key: string): { label: string; first: string }[] {
  const at = pinned.indexOf(key);
  if (at < 0) return [{ label: 'Pin', first: [...pinned, key].join() }];
  const swapped = (other: number) => pinned.with(at, pinned[other]).with(other, key).join();
  return [
    ...(at > 0 ? [{ label: 'Up', first: swapped(at - 1) }] : []),
    ...(at < pinned.length - 1 ? [{ label: 'Down', first: swapped(at + 1) }] : []),
    { label: 'Unpin', first: pinned.filter((other) => other !== key).join() },
  ];
}
