import { requireRole } from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { claimAuthorship } from '@broadsheet/newsroom/submissions';
import { error, redirect } from '@sveltejs/kit';
import { field } from '#lib/server/forms.ts';
import type { RequestHandler } from './$types';

/** "I wrote this", from a paper's page. */
export const POST: RequestHandler = async ({ request, locals }) => {
  const reader = requireRole(locals.acting, 'reader');
  const paperKey = field(await request.formData().catch(() => new FormData()), 'paper');
  const outcome = await claimAuthorship(currentHost(), { reader, paperKey });
  if ('refused' in outcome) error(422, 'Not taken', { detail: outcome.refused });
  redirect(303, `/papers/${paperKey}`);
};
