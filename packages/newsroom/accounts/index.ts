export { type AuditEntry, type AuditView, audit, readAudit } from '../audit/index.ts';
export { AccessError, type Acting, NOBODY, requireRole, requireScope, SCOPES, type Scope } from './access.ts';
export { type Asking, readerOf, sessionCookie } from './acting.ts';
export { changeRole, countAdmins, inviteReader, listReaders, lockReader, vouchFor } from './administer.ts';
export { beginElsewhere, type ElsewhereOutcome, findProvider, finishElsewhere } from './elsewhere.ts';
export { createAdminToken, redeemAdminToken } from './first-admin.ts';
export { type IdentityView, identitiesOf, orcidOf, unlinkIdentity } from './identities.ts';
export { type Limited, limitTry } from './limits.ts';
export { followLink, type LinkOutcome, lookAtLink, requestAddress, requestSignIn } from './link.ts';
export { localReader } from './local-reader.ts';
export {
  beginPasskey,
  beginPasskeySignIn,
  finishPasskey,
  type PasskeyView,
  passkeysOf,
  removePasskey,
  signInByPasskey,
} from './passkeys.ts';
export { setPassword, signInByPassword } from './password.ts';
export { HOUR_MS, type Limit, MINUTE_MS, network, takeOne } from './rate-limit.ts';
export {
  cleanName,
  createReader,
  DELETED_NAME,
  findReader,
  findReaderByEmail,
  findReaderByHandle,
  type ProfileOutcome,
  type Reader,
  ROLES,
  type Role,
  renameReader,
} from './reader.ts';
export { fingerprint, newSecret } from './secrets.ts';
export { endSessions, openSession, readSession, type SessionView, sessionsOf, type Way } from './sessions.ts';
export { createToken, revokeToken, type TokenOutcome, type TokenView, tokensOf } from './tokens.ts';
