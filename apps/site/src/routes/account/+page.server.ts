import {
  type Acting,
  createToken,
  endSessions,
  identitiesOf,
  passkeysOf,
  type Reader,
  removePasskey,
  renameReader,
  requestAddress,
  requireRole,
  revokeToken,
  SCOPES,
  sessionsOf,
  setPassword,
  tokensOf,
  unlinkIdentity,
} from '@broadsheet/newsroom/accounts';
import { currentHost } from '@broadsheet/newsroom/host';
import { deleteReader } from '@broadsheet/newsroom/personal-data';
import { error, fail, redirect } from '@sveltejs/kit';
import { againAt, field } from '#lib/server/forms.ts';
import { forgetSession } from '#lib/server/session-cookie.ts';
import type { Actions, PageServerLoad } from './$types';

const DAY_MS = 86_400_000;
/** How long a token may live, in days; 'never' is for machines that nobody visits. */
const LIFETIMES = ['30', '365', 'never'];

export const load: PageServerLoad = async ({ locals, setHeaders }) => {
  setHeaders({ 'cache-control': 'no-store' });
  const host = currentHost();
  const { db } = host.database;
  const reader = requireRole(locals.acting, 'reader');
  const [sessions, passkeys, tokens, identities] = await Promise.all([
    sessionsOf(db, reader.id, host.now()),
    passkeysOf(db, reader.id),
    tokensOf(db, reader.id),
    identitiesOf(host, db, reader.id),
  ]);
  const { passwords, providers } = host.settings.accounts;
  return {
    now: host.now(),
    isLocal: locals.acting.via === 'local',
    reader,
    sessionId: locals.acting.sessionId,
    sessions,
    passkeys,
    tokens,
    identities,
    scopes: SCOPES,
    passwords,
    providers: providers
      .filter((provider) => !identities.some((identity) => identity.title === provider.title))
      .map(({ id, title }) => ({ id, title })),
  };
};

export const actions: Actions = {
  profile: async ({ request, locals }) => {
    const form = await request.formData();
    const outcome = await renameReader(currentHost().database.db, holder(locals.acting).id, {
      name: field(form, 'name'),
      handle: field(form, 'handle'),
    });
    return 'refused' in outcome ? fail(400, { part: 'profile', refused: outcome.refused }) : done('profile', 'Kept.');
  },
  address: async (event) => {
    const host = currentHost();
    const reader = holder(event.locals.acting);
    const email = field(await event.request.formData(), 'email');
    const outcome = await requestAddress(host, { email, reader, address: event.getClientAddress() });
    if ('refused' in outcome) return fail(400, { part: 'address', refused: outcome.refused });
    if ('retryAt' in outcome) return fail(429, { part: 'address', refused: againAt(event, host, outcome.retryAt) });
    return done('address', `A letter is on its way to ${email}; follow its link to confirm the address.`);
  },
  password: async ({ request, locals }) => {
    const host = currentHost();
    if (!host.settings.accounts.passwords) error(404);
    const reader = holder(locals.acting);
    const refused = await setPassword(
      host.database.db,
      reader.id,
      field(await request.formData(), 'password'),
      host.now(),
    );
    if (refused) return fail(400, { part: 'password', refused });
    // Whoever knew the old one may be signed in with it.
    await endSessions(host.database.db, reader.id, { allBut: locals.acting.sessionId });
    return done('password', 'This is your password now; other sessions have ended.');
  },
  session: async ({ request, locals }) => {
    const { db } = currentHost().database;
    const which = field(await request.formData(), 'id');
    const reader = holder(locals.acting);
    await endSessions(db, reader.id, which === 'others' ? { allBut: locals.acting.sessionId } : { id: Number(which) });
    return done('sessions', 'Ended.');
  },
  passkey: async ({ request, locals }) => {
    const { db } = currentHost().database;
    await removePasskey(db, holder(locals.acting).id, field(await request.formData(), 'id'));
    return done('passkeys', 'Removed.');
  },
  unlink: async ({ request, locals }) => {
    const form = await request.formData();
    const identity = { provider: field(form, 'provider'), subject: field(form, 'subject') };
    const refused = await unlinkIdentity(currentHost().database.db, holder(locals.acting).id, identity);
    return refused ? fail(400, { part: 'elsewhere', refused }) : done('elsewhere', 'Taken off.');
  },
  token: async ({ request, locals }) => {
    const host = currentHost();
    const form = await request.formData();
    const lifetime = field(form, 'days');
    if (!LIFETIMES.includes(lifetime)) return fail(400, { part: 'tokens', refused: 'Choose how long it is to live.' });
    const outcome = await createToken(host.database.db, holder(locals.acting).id, {
      name: field(form, 'name'),
      scopes: form.getAll('scope').map(String),
      expiresAt: lifetime === 'never' ? undefined : host.now() + Number(lifetime) * DAY_MS,
      now: host.now(),
    });
    if ('refused' in outcome) return fail(400, { part: 'tokens', refused: outcome.refused });
    return { part: 'tokens', token: outcome.token };
  },
  revoke: async ({ request, locals }) => {
    const { db } = currentHost().database;
    await revokeToken(db, holder(locals.acting).id, Number(field(await request.formData(), 'id')));
    return done('tokens', 'Revoked.');
  },
  leave: async (event) => {
    const { request, locals } = event;
    const reader = holder(locals.acting);
    if (field(await request.formData(), 'sure') !== reader.handle)
      return fail(400, { part: 'leave', refused: `Type your handle, ${reader.handle}, to delete your account.` });
    const refused = await deleteReader(currentHost(), reader.id);
    if (refused) return fail(400, { part: 'leave', refused });
    forgetSession(event);
    redirect(303, '/');
  },
};

/** The account that is signed in; on a site without accounts there is none to change. */
function holder(acting: Acting): Reader {
  const reader = requireRole(acting, 'reader');
  if (acting.via === 'local') error(403, 'This site has no accounts', { detail: 'There is nothing here to change.' });
  return reader;
}

function done(part: string, said: string) {
  return { part, said };
}
