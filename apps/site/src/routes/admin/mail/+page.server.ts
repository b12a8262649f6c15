import {
  issueDeliveries,
  liftSuppression,
  readership,
  settleLetter,
  troubledLetters,
} from '@broadsheet/newsroom/digest';
import { currentHost } from '@broadsheet/newsroom/host';
import { mailStatus, parseAddress } from '@broadsheet/newsroom/mail';
import { fail } from '@sveltejs/kit';
import { field } from '#lib/server/digest-form.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async () => {
  const host = currentHost();
  const [mail, issues, letters, readers] = await Promise.all([
    mailStatus(host),
    issueDeliveries(host),
    troubledLetters(host),
    readership(host),
  ]);
  return { now: host.now(), mail, issues, letters, readers };
};

export const actions: Actions = {
  settle: async ({ request, locals }) => {
    const form = await request.formData();
    const id = Number(field(form, 'letter'));
    const decision = field(form, 'decision') === 'again' ? 'again' : 'arrived';
    const isDone = await settleLetter(currentHost(), id, decision, locals.acting.reader?.id);
    return isDone
      ? { said: `Letter ${id}: ${decision === 'again' ? 'goes out again.' : 'counts as sent.'}` }
      : fail(404, { said: `There is no unknown letter ${id}.` });
  },
  lift: async ({ request, locals }) => {
    const address = parseAddress(field(await request.formData(), 'address'));
    if (!address) return fail(400, { said: 'That does not look like a mail address.' });
    const isDone = await liftSuppression(currentHost(), address, locals.acting.reader?.id);
    return isDone
      ? { said: 'It may be written to again; its owner can subscribe anew.' }
      : fail(404, { said: 'This address is not on the list.' });
  },
};
