import { requireRole } from '@broadsheet/newsroom/accounts';
import { addDays, papersDay } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import {
  hiddenBy,
  historyOf,
  importLibrary,
  isProposedOnce,
  papersOnShelf,
  recordShown,
  removeShelf,
  SITTING_HOURS,
  setHidden,
  setProposedOnce,
  setSaved,
  shelvesOf,
  unseenBy,
} from '@broadsheet/newsroom/library';
import { plainText, titleHtml } from '@broadsheet/newsroom/papers';
import { fail, redirect } from '@sveltejs/kit';
import { isBeingRead } from '#lib/server/being-read.ts';
import { field } from '#lib/server/forms.ts';
import { rowHtml } from '#lib/server/rows.ts';
import type { Actions, PageServerLoad } from './$types';

/** Editions older than this are no news. */
const NEWS_DAYS = 14;
const PARTS = ['unseen', 'hidden', 'history'] as const;

/** What the reader keeps; nobody else sees it. */
export const load: PageServerLoad = async ({ locals, url, request, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const { db } = host.database;
  const reader = requireRole(locals.acting, 'reader');
  const shelves = await shelvesOf(db, reader.id);
  const part = PARTS.find((one) => one === url.searchParams.get('part'));
  const asked = Number(url.searchParams.get('shelf') ?? Number.NaN);
  const shelf = part ? undefined : (shelves.find((one) => one.id === asked) ?? shelves[0]);
  const since = addDays(papersDay(host.now(), host.settings.zone), -NEWS_DAYS);
  const entries = shelf
    ? ((await papersOnShelf(db, reader.id, shelf.id)) ?? [])
    : part === 'unseen'
      ? await unseenBy(db, reader, { since })
      : part === 'hidden'
        ? await hiddenBy(db, reader.id)
        : [];
  // From now on they have been proposed.
  if (part === 'unseen' && isBeingRead(request)) {
    const paperIds = entries.map((entry) => entry.id);
    await recordShown(host.database, { readerId: reader.id, paperIds, place: 'page' }, host.now());
  }
  const history = part === 'history' ? await historyOf(db, reader.id) : [];
  return {
    now: host.now(),
    ...{ shelves, shelf, part },
    papers: entries.map((entry, i) => ({
      key: entry.key,
      titleHtml: titleHtml(entry.title),
      title: plainText(entry.title),
      html: rowHtml({ ...entry, rank: i + 1 }),
    })),
    // A reader without a session gets the pages that everybody gets.
    once:
      locals.acting.via === 'session' ? { isOn: await isProposedOnce(db, reader.id), hours: SITTING_HOURS } : undefined,
    history: history.map((one) => ({ ...one, title: plainText(one.title) })),
  };
};

export const actions: Actions = {
  save: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const paperKey = field(form, 'paper');
    const on = field(form, 'save') === 'on';
    const shelf = field(form, 'shelf') || undefined;
    const outcome = await setSaved(currentHost(), { readerId, paperKey, on, place: 'page', shelf });
    if ('refused' in outcome) return fail(422, { refused: outcome.refused });
    redirect(303, backTo(form, paperKey));
  },
  hide: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const paperKey = field(form, 'paper');
    const on = field(form, 'hide') === 'on';
    const outcome = await setHidden(currentHost(), { readerId, paperKey, on, place: 'page' });
    if ('refused' in outcome) return fail(422, { refused: outcome.refused });
    redirect(303, backTo(form, paperKey));
  },
  once: async ({ request, locals }) => {
    const { id } = requireRole(locals.acting, 'reader');
    await setProposedOnce(currentHost(), id, field(await request.formData(), 'once') === 'on');
    redirect(303, '/library?part=unseen');
  },
  remove: async ({ request, locals }) => {
    const { id } = requireRole(locals.acting, 'reader');
    const shelf = Number(field(await request.formData(), 'shelf'));
    if (!Number.isSafeInteger(shelf) || !(await removeShelf(currentHost(), id, shelf)))
      return fail(404, { refused: 'This shelf is not here any more.' });
    redirect(303, '/library');
  },
  import: async ({ request, locals }) => {
    const { id: readerId } = requireRole(locals.acting, 'reader');
    const form = await request.formData();
    const file = form.get('file');
    const text = file instanceof File && file.size > 0 ? await file.text() : field(form, 'text');
    const shelf = field(form, 'shelf') || undefined;
    const outcome = await importLibrary(currentHost(), { readerId, text, shelf });
    return 'refused' in outcome ? fail(422, { refused: outcome.refused }) : { imported: outcome };
  },
};

/** To where it was pressed: the library, or the paper's page. */
function backTo(form: FormData, paperKey: string): string {
  return field(form, 'from') === 'library' ? '/library' : `/papers/${paperKey}`;
}
