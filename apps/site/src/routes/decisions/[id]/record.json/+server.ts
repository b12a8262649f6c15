import { exportJson } from '@broadsheet/newsroom/decisions';
import { exportable } from '#lib/server/decision-page.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals, params }) => {
  const { host, state } = await exportable(locals, params.id);
  return new Response(await exportJson(host, state), {
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="decision-${state.id}.json"`,
    },
  });
};
