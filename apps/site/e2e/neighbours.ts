import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** A server on a port of its own, and its address as a browser on this machine knows it. */
async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** A real OpenID provider, which lets in whoever types a name, and says that name@example.org is theirs. */
export async function startOpenIdProvider(client: { id: string; secret: string }) {
  const server = createServer();
  const issuer = await listening(server);
  return {
    issuer,
    /** To be called when the site that uses it knows its own address. */
    open(site: string, ids = ['oidc', 'orcid']) {
      const provider = new Provider(issuer, {
        clients: [
          {
            ...{ client_id: client.id, client_secret: client.secret, token_endpoint_auth_method: 'client_secret_post' },
            redirect_uris: ids.map((id) => `${site}/sign-in/with/${id}/back`),
          },
        ],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
        cookies: { keys: ['only for tests'] },
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        findAccount: (_ctx: unknown, id: string) => ({
          accountId: id,
          claims: async () => ({
            ...{ sub: id, name: `${id} of Elsewhere`, preferred_username: id },
            ...{ email: `${id}@example.org`, email_verified: true },
          }),
        }),
      });
      server.on('request', provider.callback());
    },
    stop: () => stop(server),
  };
}

/** What we need of GitHub, in its shapes: it confirms whoever comes as the person that was set. */
export async function startGithub(person: { id: number; login: string; name: string; email: string }) {
  const challenges = new Map<string, string>();
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '/', 'http://localhost');
    const json = (value: unknown, status = 200) =>
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (url.pathname === '/login/oauth/authorize') {
      const code = `code-${challenges.size}`;
      challenges.set(code, url.searchParams.get('code_challenge') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      answer.writeHead(302, { location: back.href }).end();
      return;
    }
    if (url.pathname === '/login/oauth/access_token') {
      let body = '';
      asked.on('data', (part) => {
        body += part;
      });
      asked.on('end', () => {
        const form = new URLSearchParams(body);
        const verifier = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (challenges.get(form.get('code') ?? '') !== verifier) return json({ error: 'bad_verification_code' }, 400);
        challenges.delete(form.get('code') ?? '');
        return json({ access_token: 'gho_secret', token_type: 'bearer', scope: 'read:user,user:email' });
      });
      return;
    }
    if (asked.headers.authorization !== 'Bearer gho_secret') json({ message: 'Bad credentials' }, 401);
    else if (url.pathname === '/api/v3/user') json({ id: person.id, login: person.login, name: person.name });
    else if (url.pathname === '/api/v3/user/emails')
      json([
        { email: 'old@example.org', primary: false, verified: true },
        { email: person.email, primary: true, verified: true },
      ]);
    else json({ message: 'Not Found' }, 404);
  });
  return { address: await listening(server), stop: () => stop(server) };
}
