import { signInByPasskey } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { json } from '@sveltejs/kit';
import { z } from 'zod';
import { callerOf } from '#lib/server/forms.ts';
import { problem } from '#lib/server/problem.ts';
import { signIn } from '#lib/server/session-cookie.ts';
import { pathOnly } from '../../../../access.ts';
import type { RequestHandler } from './$types';

const shape = z.object({
  secret: z.string().max(100),
  response: z.looseObject({}),
  next: z.string().max(2_000).optional(),
});

/** The browser's answer, signed by the passkey. */
export const POST: RequestHandler = async (event) => {
  const asked = shape.safeParse(await event.request.json().catch(() => undefined));
  if (!asked.success) return problem(400, 'Not usable', 'Send the answer of the browser as JSON.');
  const { secret, response, next } = asked.data;
  const given = { secret, response, origin: event.url.origin };
  const outcome = await signInByPasskey(currentHost(), given, callerOf(event));
  if ('refused' in outcome) return problem(403, 'Not signed in', outcome.refused);
  signIn(event, outcome.session);
  return json({ next: pathOnly(next) });
};
