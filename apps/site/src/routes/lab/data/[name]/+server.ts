import { experimentData } from '@broadsheet/newsroom/lab';
import { error } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** What experiments in browsers ask for by name. It changes with a version only. */
export const GET: RequestHandler = async ({ params }) => {
  const bytes = await experimentData(params.name);
  if (!bytes) error(404, `No experiment has data named "${params.name}".`);
  return new Response(bytes, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'public, max-age=3600' },
  });
};
