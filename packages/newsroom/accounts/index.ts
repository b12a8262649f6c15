export { AccessError, type Acting, NOBODY, requireRole, requireScope, SCOPES, type Scope } from './access.ts';
export { type Asking, readerOf, sessionCookie } from './acting.ts';
export { type AuditEntry, type AuditView, audit, readAudit } from './audit.ts';
export { createAdminToken, redeemAdminToken } from './first-admin.ts';
export { localReader } from './local-reader.ts';
export { HOUR_MS, type Limit, MINUTE_MS, network, takeOne } from './rate-limit.ts';
export {
  cleanEmail,
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
export { endSessions, openSession, readSession, type SessionView, sessionsOf, type Way } from './sessions.ts';
export { createToken, revokeToken, type TokenOutcome, type TokenView, tokensOf } from './tokens.ts';
