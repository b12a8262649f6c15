import { endSessions } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { redirect } from '@sveltejs/kit';
import { forgetSession } from '#lib/server/session-cookie.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async (event) => {
  const { reader, sessionId } = event.locals.acting;
  if (reader && sessionId !== undefined) await endSessions(currentHost().database.db, reader.id, { id: sessionId });
  forgetSession(event);
  redirect(303, '/');
};
