import { exportMarkdown, namesOf, peopleIn } from '@broadsheet/newsroom/decisions';
import { exportable } from '#lib/server/decision-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
  const { host, state } = await exportable(locals, params.id);
  const text = exportMarkdown(state, await namesOf(host.database.db, peopleIn(state)));
  return new Response(text, {
    headers: { 'content-type': 'text/markdown; charset=utf-8', 'cache-control': 'no-store' },
  });
};
