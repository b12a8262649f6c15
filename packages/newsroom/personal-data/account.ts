import { DELETED_NAME, findReader, identitiesOf, passkeysOf, sessionsOf, tokensOf } from '../accounts/index.ts';
import type { PersonalData } from './parts.ts';

/** Who the reader is here, and every way in. No secrets are in it: only fingerprints of them are stored. */
export const account: PersonalData = {
  name: 'account',
  async exportFor(host, db, readerId) {
    return {
      ...(await findReader(db, readerId)),
      identities: await identitiesOf(host, db, readerId),
      passkeys: await passkeysOf(db, readerId),
      sessions: await sessionsOf(db, readerId, host.now()),
      tokens: await tokensOf(db, readerId),
    };
  },
  async forget(host, db, readerId) {
    for (const table of ['reader_session', 'api_token', 'passkey', 'reader_identity', 'reader_password'] as const)
      await db.deleteFrom(table).where('reader_id', '=', readerId).execute();
    await db
      .updateTable('reader')
      .set({
        ...{ kind: 'deleted', name: DELETED_NAME, handle: null, email: null, role: 'reader' },
        ...{ locked_at: null, deleted_at: host.now() },
      })
      .where('id', '=', readerId)
      .execute();
  },
};
