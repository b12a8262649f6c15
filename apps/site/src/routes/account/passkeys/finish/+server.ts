import { finishPasskey, requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { json } from '@sveltejs/kit';
import { z } from 'zod';
import { problem } from '#lib/server/problem.ts';
import type { RequestHandler } from './$types';

const shape = z.object({ secret: z.string().max(100), name: z.string().max(200), response: z.looseObject({}) });

export const POST: RequestHandler = async ({ request, url, locals }) => {
  const reader = requireRole(locals.acting, 'reader');
  const asked = shape.safeParse(await request.json().catch(() => undefined));
  if (!asked.success) return problem(400, 'Not usable', 'Send the answer of the browser as JSON.');
  const refused = await finishPasskey(currentHost(), reader, { ...asked.data, origin: url.origin });
  return refused ? problem(400, 'Not stored', refused) : json({ stored: true });
};
