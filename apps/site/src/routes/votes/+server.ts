import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost, storeTrouble } from '@broadsheet/newsroom/host';
import { setVote } from '@broadsheet/newsroom/votes';
import { error, json, redirect } from '@sveltejs/kit';
import { problem } from '#lib/server/problem.ts';
import { noteOf } from '#lib/server/vote-note.ts';
import { wayBack } from '#lib/server/way-back.ts';
import type { RequestHandler } from './$types';

/** A vote from a page's form: answered with JSON to the page's script, else with a way back to where the reader was. */
export const POST: RequestHandler = async ({ request, locals, url }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json');
  const type = request.headers.get('content-type') ?? '';
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) {
    return problem(415, 'Unsupported content type', `Content-Type is "${type}"; send a form, or JSON to /api/votes.`);
  }
  const form = await request.formData().catch(() => undefined);
  const paper = form?.get('paper');
  const vote = form?.get('vote');
  if (typeof paper !== 'string' || (vote !== 'on' && vote !== 'off')) {
    return problem(400, 'Not a vote', 'Send the form fields paper (its arXiv id) and vote (on or off).');
  }
  const { id: readerId } = requireRole(locals.acting, 'reader');
  const host = currentHost();
  const outcome = await setVote(host, { readerId, paperKey: paper, on: vote === 'on' }).catch((cause) => {
    const trouble = storeTrouble(cause);
    if (!trouble) throw cause;
    host.log.error('a vote could not be stored', { error: cause });
    return trouble;
  });
  if ('status' in outcome) {
    if (wantsJson) return problem(outcome.status, outcome.title, outcome.detail);
    error(outcome.status, outcome.title, { detail: outcome.detail });
  }
  if ('notFound' in outcome) {
    if (wantsJson) return problem(404, 'No such paper', `There is no paper ${paper} here.`);
    error(404);
  }
  if ('discarded' in outcome)
    return problem(
      409,
      'Set aside',
      'This vote was part of a burst that the editors set aside; it cannot be cast again.',
    );
  if (wantsJson) return json({ ...outcome, note: outcome.voted ? noteOf(outcome.standing) : undefined });
  redirect(303, wayBack(request, url));
};
