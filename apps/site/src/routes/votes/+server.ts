import { setVote } from '@broadsheet/newsroom/editions';
import { currentHost } from '@broadsheet/newsroom/host';
import { error, json, redirect } from '@sveltejs/kit';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** A vote from a page's form: answered with JSON to the page's script, else with a way back to where the reader was. */
export const POST: RequestHandler = async ({ request, locals, url }) => {
  const wantsJson = request.headers.get('accept')?.includes('application/json');
  const form = await request.formData().catch(() => undefined);
  const paper = form?.get('paper');
  const vote = form?.get('vote');
  if (typeof paper !== 'string' || (vote !== 'on' && vote !== 'off')) {
    return problem(400, 'Not a vote', 'Send the form fields paper (its arXiv id) and vote (on or off).');
  }
  if (locals.readerId === undefined) return problem(401, 'Nobody is signed in', 'Sign in to vote.');
  const outcome = await setVote(currentHost(), { readerId: locals.readerId, paperKey: paper, on: vote === 'on' });
  if ('notFound' in outcome) {
    if (wantsJson) return problem(404, 'No such paper', `There is no paper ${paper} here.`);
    error(404);
  }
  if (wantsJson) return json(outcome);
  redirect(303, wayBack(request, url));
};

/** The page that the form stood on, when it is one of ours. */
function wayBack(request: Request, url: URL): string {
  const from = request.headers.get('referer');
  const back = from && URL.canParse(from) ? new URL(from) : undefined;
  return back?.origin === url.origin ? `${back.pathname}${back.search}` : '/';
}
