import { leave } from '@broadsheet/newsroom/digest';
import type { Host } from '@broadsheet/newsroom/host';
import { isSignedBounce, takeBounce } from '@broadsheet/newsroom/mail';
import { switchOff } from '@broadsheet/newsroom/notifications';
import { Hono } from 'hono';
import { Problem, problemAnswer } from './problem.ts';

/**
 * What mail programs and mail servers send us: from no page of ours, with no cookie, so that the guard against forms of
 * other sites must not see it. What lets them in is in the request itself: the link's signature, the hook's signature.
 */
export function createMailEntries(host: () => Host): Hono {
  const app = new Hono();

  // RFC 8058: one POST ends it. Its body, "List-Unsubscribe=One-Click" in either encoding, says nothing that we need.
  app.post('/digest/leave/:token', async (c) => {
    const token = c.req.param('token');
    const left = await leave(host(), token);
    if (!left) {
      return problemAnswer(
        c,
        new Problem(404, 'No such link', 'It is none of this site’s, or its address was deleted here.'),
      );
    }
    if (c.req.header('accept')?.includes('text/html')) return c.redirect(`/digest/leave/${token}`, 303);
    return c.text('You have left.\n', 200, { 'cache-control': 'no-store' });
  });

  // The same for letters of answers and mentions.
  app.post('/notifications/off/:token', async (c) => {
    const token = c.req.param('token');
    if (!(await switchOff(host(), token))) {
      return problemAnswer(
        c,
        new Problem(404, 'No such link', 'It is none of this site’s, or its reader has left; then no letters come.'),
      );
    }
    if (c.req.header('accept')?.includes('text/html')) return c.redirect(`/notifications/off/${token}`, 303);
    return c.text('No more letters of this kind.\n', 200, { 'cache-control': 'no-store' });
  });

  app.post('/mail/bounces', async (c) => {
    // Byte for byte: a signature is over bytes, and a mail may be in any encoding.
    const raw = Buffer.from(await c.req.arrayBuffer()).toString('latin1');
    if (!isSignedBounce(host(), c.req.header('x-broadsheet-signature') ?? '', raw)) {
      return problemAnswer(
        c,
        new Problem(
          403,
          'Not signed',
          'Send X-Broadsheet-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of "t.body"> made with BROADSHEET_MAIL_HOOK_SECRET, within five minutes.',
        ),
      );
    }
    const { kind, letter, isStopped } = await takeBounce(host(), raw);
    return c.json({ kind, letter, isStopped });
  });
  return app;
}

/** Whether a request is one of these. */
export function isMailEntry(method: string | undefined, pathname: string): boolean {
  return (
    method === 'POST' && (/^\/(digest\/leave|notifications\/off)\//.test(pathname) || pathname === '/mail/bounces')
  );
}
