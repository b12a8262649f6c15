import { exportMarkdown } from '@broadsheet/newsroom/decisions';
import { readable } from '#lib/server/decision-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
  const { state } = await readable(locals, params.id);
  return new Response(exportMarkdown(state), { headers: { 'content-type': 'text/markdown; charset=utf-8', 'cache-control': 'no-store' } });
};
