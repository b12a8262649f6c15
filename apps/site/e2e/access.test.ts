import { createToken, openSession, ROLES, SCOPES } from '@broadsheet/newsroom/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS } from '../src/access.ts';
import { createApi } from '../src/api/index.ts';
import { createMailEntries } from '../src/api/mail.ts';
import { createMcp } from '../src/mcp/index.ts';
import { startSiteWithAccounts } from './site.ts';

interface BuiltRoute {
  id: string;
  page: { leaf: number } | null;
  endpoint: (() => Promise<Record<string, unknown>>) | null;
}

/** Every route of the built pages, as the table writes them: their reading, their forms' actions, their methods. */
async function routesOfPages(): Promise<string[]> {
  const { manifest } = (await import(new URL('../build/server/manifest.js', import.meta.url).href)) as {
    manifest: {
      routes: BuiltRoute[];
      nodes: (() => Promise<{ server?: { actions?: Record<string, unknown> } }>)[];
    };
  };
  const found: string[] = [];
  for (const { id, page, endpoint } of manifest.routes) {
    if (page) {
      found.push(`GET ${id}`);
      const { server } = await manifest.nodes[page.leaf]();
      for (const action of Object.keys(server?.actions ?? {}))
        found.push(action === 'default' ? `POST ${id}` : `POST ${id}?/${action}`);
    }
    for (const method of Object.keys((await endpoint?.()) ?? {}))
      if (/^[A-Z]+$/.test(method)) found.push(`${method} ${id}`);
  }
  return found;
}

function routesOfApi(): string[] {
  const host = () => {
    throw new Error('nothing is asked of it');
  };
  const api = createApi({
    host,
    readerOf: async () => ({ via: 'nobody', scopes: [] }),
  });
  const mail = createMailEntries(host).routes.map((route) => ({
    ...route,
    path: route.path.replace(/:(\w+)/g, '[$1]'),
  }));
  const mcp = createMcp({ host, readerOf: async () => ({ via: 'nobody', scopes: [] }) });
  return [...api.routes, ...mail, ...mcp.routes]
    .filter((route) => route.method !== 'ALL')
    .map((route) => `${route.method} ${route.path}`);
}

/** Answered by the server itself. */
const OF_THE_SERVER = ['GET /healthz', 'GET /metrics'];

describe('the table of routes', () => {
  let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
  const readers: Record<string, number> = {};
  beforeAll(async () => {
    site = await startSiteWithAccounts();
    const { db } = site.host.database;
    for (const role of ROLES) {
      const row = { kind: 'account', name: role, handle: role, role, created_at: 1, confirmed_at: 1 };
      const made = await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow();
      readers[role] = made.id;
    }
  });
  afterAll(() => site?.stop());

  test('has a line for every route there is, and none for one that is not', async () => {
    const routes = [...(await routesOfPages()), ...routesOfApi(), ...OF_THE_SERVER];
    expect([...new Set(routes)].sort()).toEqual(Object.keys(ACCESS).sort());
  });

  /** Who may ask, and what they ask with. Sessions and tokens are made anew each time: some routes end them. */
  const callers: { name: string; role?: (typeof ROLES)[number]; scope?: string; with(): Promise<HeadersInit> }[] = [
    { name: 'nobody', with: async () => ({}) },
    { name: 'a session that was never opened', with: async () => ({ cookie: 'broadsheet-session=made-up' }) },
    { name: 'a token that was never given', with: async () => ({ authorization: `Bearer bsh_${'x'.repeat(43)}` }) },
    {
      name: 'a token that has run out',
      with: () => tokenOf('admin', [...SCOPES], 1),
    },
    ...ROLES.map((role) => ({ name: `the session of the ${role}`, role, with: () => sessionOf(role) })),
    ...SCOPES.map((scope) => ({
      name: `an administrator's token to ${scope}`,
      role: 'reader' as const,
      scope,
      with: () => tokenOf('admin', [scope]),
    })),
  ];

  async function sessionOf(role: string): Promise<HeadersInit> {
    const now = site.host.now();
    const secret = await openSession(site.host.database.db, readers[role], { way: 'mail', agent: 'test', now });
    return { cookie: `broadsheet-session=${secret}` };
  }

  async function tokenOf(role: string, scopes: string[], expiresAt?: number): Promise<HeadersInit> {
    const { db } = site.host.database;
    await db.deleteFrom('api_token').execute();
    const made = await createToken(db, readers[role], { name: 'test', scopes, expiresAt, now: site.host.now() });
    return { authorization: `Bearer ${'token' in made ? made.token : ''}` };
  }

  test.each(Object.entries(ACCESS))(
    '%s lets in whom its line names, and refuses everybody else',
    async (route, needs) => {
      const [method, pattern] = route.split(' ');
      for (const caller of callers) {
        const [path, action] = pattern.split('?');
        const isApi = path.startsWith('/api/');
        const headers = new Headers(await caller.with());
        headers.set('accept', 'application/json');
        headers.set('content-type', isApi ? 'application/json' : 'application/x-www-form-urlencoded');
        headers.set('origin', site.url);
        const answer = await fetch(site.url + addressOf(path) + (action ? `?${action}` : ''), {
          method,
          headers,
          redirect: 'manual',
          ...(method === 'GET' ? {} : { body: isApi ? '{}' : '' }),
        });
        const body = await answer.text();
        const refused =
          answer.headers.get('content-type') === 'application/problem+json' ? JSON.parse(body) : undefined;
        const rank = (role: string | undefined) => (role ? ROLES.indexOf(role as 'reader') : -1);
        const isAllowed =
          rank(caller.role) >= rank(needs.role) &&
          (caller.scope === undefined || caller.scope === needs.scope || (!needs.role && !needs.scope));
        const said = `${caller.name}: ${answer.status} ${refused?.title ?? ''}`;
        if (isAllowed) {
          // Let through to a handler that may well say what is missing in an empty form.
          expect(refused?.title ?? '', said).not.toMatch(
            /Nobody is signed in|Not allowed|Not by token|Not in the token/,
          );
          expect(answer.status, said).not.toBe(401);
          expect(answer.status, said).toBeLessThan(500);
        } else {
          expect(answer.status, said).toBe(caller.role ? 403 : 401);
          expect(refused, said).toMatchObject({ status: answer.status, detail: expect.any(String) });
        }
      }
    },
  );

  test('a route that is in no line is refused to everybody when it changes something', async () => {
    for (const caller of callers) {
      const headers = new Headers(await caller.with());
      headers.set('content-type', 'application/x-www-form-urlencoded');
      headers.set('origin', site.url);
      const answer = await fetch(`${site.url}/admin?/unheard-of`, { method: 'POST', headers, body: '' });
      expect(answer.status, caller.name).toBe(403);
    }
  });
});

/** An address of a pattern, with something real in each place. */
function addressOf(pattern: string): string {
  return pattern
    .replace('[...address]', 'papers/new')
    .replace('[archive=archive]', 'hep-th')
    .replace('[number]', '9901001')
    .replace('[key=paper]', '2601.00001')
    .replace('[month]', '2026-01')
    .replace('[id=topic]', '1')
    .replace('[provider]', 'orcid')
    .replace('[form=feed]', 'atom')
    .replace('[shelf].[form=citation]', '1.bib')
    .replace('[comment]', 'aaaaaaaaaaaa')
    .replace(':id', '2601.00001');
}
