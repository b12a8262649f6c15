import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { exportReader } from '@broadsheet/newsroom/personal-data';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ locals }) => {
  const everything = await exportReader(currentHost(), requireRole(locals.acting, 'reader').id);
  return new Response(`${JSON.stringify(everything, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json',
      'content-disposition': 'attachment; filename="my-data.json"',
      'cache-control': 'no-store',
    },
  });
};
