import { type Reader, ROLES, type Role } from './reader.ts';

export const SCOPES = ['read', 'vote', 'comment', 'submit', 'run', 'decide'] as const;
/** What a personal API token may be used for. */
export type Scope = (typeof SCOPES)[number];

/** Who a request acts for, and with what. */
export interface Acting {
  /** Absent where nobody has signed in. */
  reader?: Reader;
  /** By which the reader acts: a browser's session, a personal token, or as the local reader of a site without accounts. */
  via: 'nobody' | 'local' | 'session' | 'token';
  /** What may be done now; below the reader's own role for tokens and for a local reader who has not entered as admin. */
  role?: Role;
  /** Everything but for a token, which has what it was given. */
  scopes: readonly Scope[];
  sessionId?: number;
}

export const NOBODY: Acting = { via: 'nobody', scopes: [] };

/** A request that may not be done by who makes it; `detail` says what is missing. */
export class AccessError extends Error {
  override name = 'AccessError';
  readonly status: 401 | 403;
  readonly title: string;
  constructor(status: 401 | 403, title: string, detail: string) {
    super(detail);
    this.status = status;
    this.title = title;
  }
}

/**
 * The reader, where they have at least this role.
 * @throws {AccessError} 401 where nobody has signed in, 403 for a lesser role.
 */
export function requireRole(acting: Acting, role: Role): Reader {
  if (!acting.reader || !acting.role)
    throw new AccessError(
      401,
      'Nobody is signed in',
      'Sign in first; programs send a token as “Authorization: Bearer …”.',
    );
  if (ROLES.indexOf(acting.role) < ROLES.indexOf(role)) {
    const who = role === 'admin' ? 'an administrator' : `an ${role}`;
    throw new AccessError(403, 'Not allowed', `Only ${who} may do this; you are signed in as ${acting.role}.`);
  }
  return acting.reader;
}

/** @throws {AccessError} 403 where a token was not given this scope; undefined means that no token may do it. */
export function requireScope(acting: Acting, scope: Scope | undefined): void {
  if (acting.via !== 'token') return;
  if (scope === undefined)
    throw new AccessError(403, 'Not by token', 'This can only be done in a browser that is signed in.');
  if (!acting.scopes.includes(scope)) {
    throw new AccessError(
      403,
      'Not in the token’s scopes',
      `This needs a token with the scope "${scope}"; yours has ${acting.scopes.join(', ') || 'none'}. Make another on your account page.`,
    );
  }
}
