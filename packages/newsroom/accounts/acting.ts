import type { Host } from '../host/index.ts';
import { type Acting, NOBODY, SCOPES } from './access.ts';
import { keptLocalReader } from './local-reader.ts';
import { readSession } from './sessions.ts';
import { readToken, TOKEN_PREFIX } from './tokens.ts';

/** What of a request says who makes it. */
export interface Asking {
  url: string;
  headers: Headers;
}

/**
 * Who a request acts for: by its token, by its session, else in mode `none` the local reader, else nobody.
 * A token that is none of ours counts as no token: clients of other sites send theirs along with every request. The
 * local reader is a plain reader until the administrator's token opened a session in this browser.
 */
export async function readerOf(host: Host, asking: Asking): Promise<Acting> {
  const { db } = host.database;
  const token = /^Bearer\s+(\S+)$/i.exec(asking.headers.get('authorization') ?? '')?.[1];
  if (token?.startsWith(TOKEN_PREFIX)) {
    const held = await readToken(db, token, host.now());
    // Tokens never administrate: an editor's token may do what a reader's may.
    return held ? { reader: held.reader, role: 'reader', via: 'token', scopes: held.scopes } : NOBODY;
  }
  const secret = cookieOf(asking.headers, sessionCookie(new URL(asking.url).protocol === 'https:'));
  const session = secret ? await readSession(db, secret, host.now()) : undefined;
  if (session && (session.reader.kind === 'local' || host.settings.mode !== 'none')) {
    const { reader, sessionId } = session;
    return { reader, role: reader.role, via: 'session', scopes: SCOPES, sessionId };
  }
  if (host.settings.mode !== 'none') return NOBODY;
  return { reader: await keptLocalReader(host), role: 'reader', via: 'local', scopes: SCOPES };
}

/** The cookie's name; behind https a browser takes one so named only from this very host, for all of it, and secure. */
export function sessionCookie(isSecure: boolean): string {
  return isSecure ? '__Host-broadsheet' : 'broadsheet-session';
}

function cookieOf(headers: Headers, name: string): string | undefined {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
