import { inputs } from '@broadsheet/newsroom/decisions';
import { createRoute, z } from '@hono/zod-openapi';
import { body, headers, id, now, refusals } from './decision-routes.ts';
import { decisionShape } from './decision-shapes.ts';
import { json } from './shapes.ts';

const secretly = 'Of a link that is to be passed on; shown now and never again, also not when this is sent twice.';
export const inviteTo = createRoute({
  method: 'post',
  path: '/decisions/{id}/invitations',
  summary: 'Invites somebody: by handle, by letter to an address, or by a link that works once, for fourteen days',
  request: { params: id, headers, body: body(inputs.Invitation) },
  responses: {
    201: json(
      z
        .object({
          link: z.string().nullable().openapi({ description: secretly }),
          sentTo: z.string().nullable().openapi({ description: 'Where a letter with the link went.' }),
          decision: decisionShape,
        })
        .openapi('Invited'),
      'They are invited.',
    ),
    ...refusals,
  },
});
export const takeBack = createRoute({
  method: 'delete',
  path: '/decisions/{id}/invitations/{iid}',
  summary: 'Takes an invitation back that nobody has used',
  request: { params: id.extend({ iid: inputs.TakeBack.shape.id }) },
  responses: { 200: now, ...refusals },
});

const member = id.extend({ rid: inputs.Membership.shape.readerId });
export const setRole = createRoute({
  method: 'post',
  path: '/decisions/{id}/members/{rid}',
  summary: 'Makes a member an observer, or the other way round; `rid` is of `members`',
  request: { params: member, headers, body: body(z.object({ role: z.enum(['member', 'observer']) })) },
  responses: { 200: now, ...refusals },
});
export const takeOut = createRoute({
  method: 'delete',
  path: '/decisions/{id}/members/{rid}',
  summary: 'Takes somebody out; with `me` you leave yourself. What was written stays',
  request: { params: id.extend({ rid: z.union([z.literal('me'), inputs.Membership.shape.readerId]) }) },
  responses: { 200: now, 204: { description: 'You have left; it is not there for you any more.' }, ...refusals },
});

export const events = createRoute({
  method: 'get',
  path: '/decisions/{id}/events',
  summary: 'The events of the record without what they say, and which of them you may erase',
  request: { params: id },
  responses: {
    200: json(
      z.array(
        z.object({
          seq: z.number().int(),
          type: z.string(),
          at: z.string(),
          by: z.string(),
          isErased: z.boolean(),
          mayErase: z.boolean(),
        }),
      ),
      'In order.',
    ),
    401: refusals[401],
    403: refusals[403],
    404: refusals[404],
  },
});
export const erase = createRoute({
  method: 'post',
  path: '/decisions/{id}/events/{seq}/erase',
  summary: 'Erases what an event said, with its copies; that it happened stays, and the chain verifies',
  request: {
    params: id.extend({ seq: inputs.Erase.shape.seq }),
    headers,
    body: body(inputs.Erase.omit({ seq: true })),
  },
  responses: { 200: now, ...refusals },
});

const invitation = z.object({
  id: z.string(),
  decisionId: z.string(),
  title: z.string(),
  role: z.enum(['member', 'observer']),
  ownerName: z.string(),
});
export const invitations = createRoute({
  method: 'get',
  path: '/invitations',
  summary: 'What you were invited to by name',
  responses: { 200: json(z.array(invitation), 'Newest first.'), 401: refusals[401], 403: refusals[403] },
});
export const joinByLink = createRoute({
  method: 'post',
  path: '/invitations',
  summary: 'Takes up an invitation by its link',
  request: { body: body(z.object({ link: z.string().max(600) })) },
  responses: { 200: now, ...refusals },
});
export const answer = createRoute({
  method: 'post',
  path: '/invitations/{iid}',
  summary: 'Accepts an invitation by name, or declines it',
  request: { params: z.object({ iid: inputs.TakeBack.shape.id }), body: body(z.object({ accept: z.boolean() })) },
  responses: { 200: now, 204: { description: 'It is declined.' }, ...refusals },
});
