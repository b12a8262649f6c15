import type { Configuration } from 'openid-client';
import type { Host, Provider } from '../host/index.ts';
import { parseAddress } from '../mail/index.ts';
import type { Claimed } from './identities.ts';

/** What of the start of a sign-in is needed again at its end. */
export interface Started {
  codeVerifier: string;
  state: string;
  nonce: string;
}

const openid = () => import('openid-client');

const configurations = new Map<string, Promise<Configuration>>();

/** The provider's addresses and keys, asked of it once; a provider that was away is asked again. */
function configurationOf(provider: Provider): Promise<Configuration> {
  const key = JSON.stringify(provider);
  const known = configurations.get(key);
  if (known) return known;
  const asked = discover(provider);
  configurations.set(key, asked);
  asked.catch(() => configurations.delete(key));
  return asked;
}

async function discover({ id, issuer, clientId, clientSecret }: Provider): Promise<Configuration> {
  const { allowInsecureRequests, Configuration, discovery } = await openid();
  // Without TLS only to this machine itself: tests, and a provider beside the site.
  const isLoopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/.test(issuer);
  if (id === 'github') {
    // GitHub speaks OAuth 2 without OpenID Connect: nothing to discover, and who it was is asked of its API.
    const server = {
      issuer,
      authorization_endpoint: `${issuer}/login/oauth/authorize`,
      token_endpoint: `${issuer}/login/oauth/access_token`,
    };
    const configuration = new Configuration(server, clientId, clientSecret);
    if (isLoopback) allowInsecureRequests(configuration);
    return configuration;
  }
  return discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: isLoopback ? [allowInsecureRequests] : [],
  });
}

/** ORCID gives a person's iD for `openid` alone, and no address at all. */
const SCOPES: Record<Provider['id'], string> = {
  orcid: 'openid',
  github: 'read:user user:email',
  oidc: 'openid profile email',
};

/** Where to send the browser, and what must be kept until it comes back. */
export async function startOpenId(provider: Provider, redirectUri: string): Promise<{ url: string; started: Started }> {
  const client = await openid();
  const configuration = await configurationOf(provider);
  const started = {
    codeVerifier: client.randomPKCECodeVerifier(),
    state: client.randomState(),
    nonce: client.randomNonce(),
  };
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: SCOPES[provider.id],
    code_challenge: await client.calculatePKCECodeChallenge(started.codeVerifier),
    code_challenge_method: 'S256',
    state: started.state,
    ...(provider.id === 'github' ? {} : { nonce: started.nonce }),
  });
  return { url: url.href, started };
}

/**
 * Exchanges what the browser brought back for what the provider says of the person.
 * @throws when the answer does not fit what was asked: another state, nonce, issuer, key or verifier.
 */
export async function finishOpenId(host: Host, provider: Provider, back: URL, started: Started): Promise<Claimed> {
  const client = await openid();
  const configuration = await configurationOf(provider);
  const isGithub = provider.id === 'github';
  const tokens = await client.authorizationCodeGrant(configuration, back, {
    pkceCodeVerifier: started.codeVerifier,
    expectedState: started.state,
    ...(isGithub ? {} : { expectedNonce: started.nonce, idTokenExpected: true }),
  });
  if (isGithub) return askGithub(host, provider, configuration, tokens.access_token);
  const idToken = tokens.claims();
  if (!idToken) throw new Error(`${provider.title} sent no ID token.`);
  // Many providers put name and address only there.
  const more =
    provider.id === 'oidc' && configuration.serverMetadata().userinfo_endpoint
      ? await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
      : {};
  const claims: Record<string, unknown> = { ...more, ...idToken };
  const text = (name: string) => (typeof claims[name] === 'string' ? (claims[name] as string) : undefined);
  const parts = [text('given_name'), text('family_name')].filter(Boolean).join(' ');
  return {
    subject: idToken.sub,
    label: provider.id === 'orcid' ? idToken.sub : (text('preferred_username') ?? text('email') ?? idToken.sub),
    name: text('name') ?? (parts || undefined),
    email: claims.email_verified === true ? parseAddress(text('email') ?? '') : undefined,
  };
}

async function askGithub(
  host: Host,
  { issuer }: Provider,
  configuration: Configuration,
  accessToken: string,
): Promise<Claimed> {
  const { fetchProtectedResource } = await openid();
  const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`;
  const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': host.settings.siteName });
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetchProtectedResource(
      configuration,
      accessToken,
      new URL(api + path),
      'GET',
      undefined,
      headers,
    );
    if (!answer.ok) throw new Error(`${api}${path} answered ${answer.status}.`);
    return answer.json();
  };
  const user = (await ask('/user')) as { id?: unknown; login?: unknown; name?: unknown };
  if (typeof user.id !== 'number' || typeof user.login !== 'string') throw new Error(`${api}/user names nobody.`);
  const emails = (await ask('/user/emails')) as { email?: unknown; primary?: unknown; verified?: unknown }[];
  const primary = Array.isArray(emails) ? emails.find((e) => e.primary === true && e.verified === true) : undefined;
  return {
    subject: String(user.id),
    label: user.login,
    name: typeof user.name === 'string' ? user.name : user.login,
    email: typeof primary?.email === 'string' ? parseAddress(primary.email) : undefined,
  };
}
