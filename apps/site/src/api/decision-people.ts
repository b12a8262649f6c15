import { requireRole } from '@broadsheet/newsroom/accounts';
import { declineInvitation, type Invited, invitationByLink, invitationsOf } from '@broadsheet/newsroom/decisions';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { listedEvents } from '../lib/server/decision-events.ts';
import { comeIn, standingOf } from '../lib/server/decision-program.ts';
import * as routes from './decision-people-routes.ts';
import type { DecisionDoors } from './decisions.ts';
import type { ApiEnv } from './index.ts';
import { Problem } from './problem.ts';

/** Who takes part in a decision, and what is erased from its record. */
export function addPeople(app: OpenAPIHono<ApiEnv>, { asking, opened, did, done }: DecisionDoors): void {
  app.openapi(routes.inviteTo, async (c) => {
    const { shown, outcome } = await done(c, 'invite', c.req.valid('json'));
    // Nothing where it was sent before: then the link was shown before.
    const { secret, sentTo } = (outcome as Invited | undefined) ?? { secret: null, sentTo: null };
    const link = secret && `${new URL(c.req.url).origin}/decisions/join/${secret}`;
    return c.json({ link, sentTo, decision: shown }, 201);
  });
  app.openapi(routes.takeBack, async (c) =>
    c.json((await done(c, 'take-back', { id: c.req.valid('param').iid })).shown, 200),
  );
  app.openapi(routes.setRole, async (c) => {
    const given = { readerId: c.req.valid('param').rid, role: c.req.valid('json').role };
    return c.json((await done(c, 'role', given)).shown, 200);
  });
  app.openapi(routes.takeOut, async (c) => {
    const { rid } = c.req.valid('param');
    if (rid !== 'me') return c.json((await done(c, 'role', { readerId: rid, role: null })).shown, 200);
    if (opened(c).role === 'owner')
      throw new Problem(409, 'Not as things stand', 'An owner cannot leave; dissolve it, or take the others out.');
    await did(c, 'leave', undefined);
    return c.body(null, 204);
  });
  app.openapi(routes.events, async (c) => {
    const { host, state, role } = opened(c);
    return c.json(await listedEvents(host, state, role), 200);
  });
  app.openapi(routes.erase, async (c) => {
    const given = { seq: c.req.valid('param').seq, ...c.req.valid('json') };
    return c.json((await done(c, 'erase', given)).shown, 200);
  });

  app.openapi(routes.invitations, async (c) => {
    const { host, acting } = asking(c);
    return c.json(await invitationsOf(host, requireRole(acting, 'reader').id), 200);
  });
  app.openapi(routes.joinByLink, async (c) => {
    const by = asking(c);
    const { link } = c.req.valid('json');
    const id = await comeIn(by, await invitationByLink(by.host, link.slice(link.lastIndexOf('/') + 1)));
    return c.json((await standingOf(by, id)).shown, 200);
  });
  app.openapi(routes.answer, async (c) => {
    const by = asking(c);
    const { id } = requireRole(by.acting, 'reader');
    const { iid } = c.req.valid('param');
    if (!c.req.valid('json').accept) {
      await declineInvitation(by.host, id, iid);
      return c.body(null, 204);
    }
    const invitation = (await invitationsOf(by.host, id)).find((each) => each.id === iid);
    return c.json((await standingOf(by, await comeIn(by, invitation))).shown, 200);
  });
}
