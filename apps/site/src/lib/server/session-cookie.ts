import { sessionCookie } from '@broadsheet/newsroom/accounts';
import type { RequestEvent } from '@sveltejs/kit';

/** The store ends a session when it has not been used for a month; the cookie need only outlive that. */
const MAX_AGE_SECONDS = 365 * 86_400;

/** Gives the browser a session that was just opened, under the name that suits how it is connected. */
export function signIn({ cookies, url }: RequestEvent, secret: string): void {
  const isSecure = url.protocol === 'https:';
  cookies.set(sessionCookie(isSecure), secret, {
    path: '/',
    httpOnly: true,
    // Lax: a reader who comes by the link in a letter or back from a provider is still signed in.
    sameSite: 'lax',
    secure: isSecure,
    maxAge: MAX_AGE_SECONDS,
  });
}

export function forgetSession({ cookies, url }: RequestEvent): void {
  const isSecure = url.protocol === 'https:';
  cookies.delete(sessionCookie(isSecure), { path: '/', secure: isSecure, httpOnly: true, sameSite: 'lax' });
}

const RETURN_COOKIE = 'broadsheet-return';
const RETURN_PATH = '/sign-in/with';

/** Ties a sign-in with another site to the browser that began it: nobody can have someone else finish theirs. */
export function keepForReturn({ cookies, url }: RequestEvent, secret: string): void {
  cookies.set(RETURN_COOKIE, secret, {
    path: RETURN_PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge: 600,
  });
}

export function takeReturn({ cookies, url }: RequestEvent): string | undefined {
  const secret = cookies.get(RETURN_COOKIE);
  cookies.delete(RETURN_COOKIE, {
    path: RETURN_PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
  });
  return secret;
}
