import AxeBuilder from '@axe-core/playwright';
import { createAdminToken, openSession } from '@broadsheet/newsroom/accounts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGithub, startOpenIdProvider } from './neighbours.ts';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

type Site = Awaited<ReturnType<typeof startSiteWithAccounts>>;

/** The newest letter to an address, as it waits in the outbox. */
async function letterTo(site: Site, email: string): Promise<{ subject: string; link?: string }> {
  const row = await site.host.database.db
    .selectFrom('letter')
    .select('body_json')
    .where('to_address', '=', email)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  const { subject, text } = JSON.parse(row.body_json as string) as { subject: string; text: string };
  return { subject, link: /http\S+/.exec(text)?.[0] };
}

/** An account, and what its browser sends. */
async function signedIn(site: Site, { name = 'Ada', role = 'reader' } = {}) {
  const { db } = site.host.database;
  const row = { kind: 'account', name, handle: name.toLowerCase(), role, created_at: 1, confirmed_at: 1 };
  const { id } = await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow();
  const secret = await openSession(db, id, { way: 'mail', agent: `the browser of ${name}`, now: site.host.now() });
  return { id, secret, cookie: `broadsheet-session=${secret}` };
}

const FORM = 'application/x-www-form-urlencoded';

describe('accounts over HTTP', () => {
  let site: Site;
  let github: Awaited<ReturnType<typeof startGithub>>;
  const person = { id: 4711, login: 'ada-l', name: 'Ada L', email: 'ada@github.example' };
  beforeAll(async () => {
    github = await startGithub(person);
    site = await startSiteWithAccounts({
      ...{ BROADSHEET_GITHUB_CLIENT_ID: 'site', BROADSHEET_GITHUB_CLIENT_SECRET: 'github client secret' },
      ...{ BROADSHEET_GITHUB_URL: github.address, BROADSHEET_PASSWORDS: 'true' },
    });
  });
  afterAll(async () => {
    await site?.stop();
    await github?.stop();
  });

  const get = (path: string, cookie?: string, headers: Record<string, string> = {}) =>
    fetch(site.url + path, {
      headers: { accept: 'text/html', ...(cookie ? { cookie } : {}), ...headers },
      redirect: 'manual',
    });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(site.url + path, {
      method: 'POST',
      headers: { 'content-type': FORM, origin: site.url, accept: 'text/html', ...headers },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  const cookiesOf = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');

  describe('a page for one reader', () => {
    test('is never kept for others, and the kept page of others is never given to one reader', async () => {
      const ada = await signedIn(site, { name: 'Kept' });
      const own = await get('/', ada.cookie);
      expect(own.headers.get('cache-control')).toBe('private, no-cache');
      expect(own.headers.get('vary')).toContain('Cookie');
      expect(await own.text()).toContain('href="/account"');
      // Twice: the second answer comes from what the first one left.
      for (let i = 0; i < 2; i++) {
        const anyone = await get('/');
        expect(anyone.headers.get('cache-control')).toContain('public');
        expect(await anyone.text()).not.toContain('href="/account"');
      }
      expect(await (await get('/', ada.cookie)).text()).toContain('href="/account"');
    });

    test('shows its reader’s vote and nobody else’s', async () => {
      const [ada, bo] = [await signedIn(site, { name: 'Voter' }), await signedIn(site, { name: 'Other' })];
      await post('/votes', { paper: '2601.00007', vote: 'on' }, { cookie: ada.cookie });
      const pressed = async (cookie?: string) =>
        (await (await get('/papers/2601.00007', cookie)).text()).includes('aria-pressed="true"');
      expect([await pressed(ada.cookie), await pressed(bo.cookie), await pressed()]).toEqual([true, false, false]);
    });

    test('is not stored at all where it holds what is private', async () => {
      const ada = await signedIn(site, { name: 'Private' });
      for (const path of ['/account', '/account/export'])
        expect((await get(path, ada.cookie)).headers.get('cache-control'), path).toBe('no-store');
      expect((await get('/sign-in')).headers.get('cache-control')).toBe('no-store');
    });
  });

  describe('another site', () => {
    test.each([
      ['POST', '/votes', FORM, 'paper=2601.00001&vote=on'],
      ['POST', '/account?/leave', FORM, 'sure=forged'],
      ['POST', '/account?/token', FORM, 'name=x&scope=vote&days=30'],
      ['POST', '/sign-out', FORM, ''],
      ['POST', '/sign-out', 'text/plain', ''],
      ['POST', '/account/passkeys', 'application/json', '{}'],
      ['POST', '/api/votes', 'application/json', '{"paper":"2601.00001","on":true}'],
    ])('cannot have a browser send %s %s (%s)', async (method, path, type, body) => {
      const ada = await signedIn(site, { name: `Forged ${path} ${type}` });
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        // A page on another port of this machine is another site, too.
        { origin: 'http://localhost:1' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ] as Record<string, string>[]) {
        const answer = await fetch(site.url + path, {
          method,
          headers: { 'content-type': type, cookie: ada.cookie, ...headers },
          body,
        });
        expect(answer.status, JSON.stringify(headers)).toBe(403);
      }
      expect(await get('/account', ada.cookie)).toMatchObject({ status: 200 });
    });

    test.each([
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'javascript:alert(1)',
      '\\\\evil.example',
      '/@evil.example/../..//evil.example',
    ])('is not where %j leads after signing in', async (next) => {
      const page = await (await get(`/sign-in?next=${encodeURIComponent(next)}`)).text();
      const kept = /name="next" value="([^"]*)"/.exec(page)?.[1] ?? '';
      expect(new URL(kept, site.url).origin).toBe(site.url);
      const ada = await signedIn(site, { name: `Led ${next}` });
      const led = await get(`/sign-in?next=${encodeURIComponent(next)}`, ada.cookie);
      expect(led.status).toBe(303);
      expect(new URL(led.headers.get('location') as string, site.url).origin).toBe(site.url);
    });
  });

  describe('a session', () => {
    test('has a cookie that scripts cannot read, that other sites do not send, and that is new each time', async () => {
      const email = 'fixed@example.org';
      await post('/sign-in?/mail', { email, next: '/papers/new' });
      const { link } = await letterTo(site, email);
      const token = new URL(link as string).searchParams.get('token') as string;
      const planted = 'broadsheet-session=chosen-by-someone-else';
      const answer = await post('/sign-in/link', { token }, { cookie: planted });
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe('/papers/new');
      const [cookie] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^broadsheet-session=[\w-]{43};/);
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
      expect(cookie).toMatch(/Path=\/(;|$)/i);
      expect(await get('/account', planted)).toMatchObject({ status: 303 });
      expect(await get('/account', cookiesOf(answer))).toMatchObject({ status: 200 });
    });

    test('ends the one before it when its reader signs in again, and when they sign out', async () => {
      const ada = await signedIn(site, { name: 'Again' });
      const email = 'again@example.org';
      await post('/sign-in?/mail', { email, next: '/' });
      const { link } = await letterTo(site, email);
      const token = new URL(link as string).searchParams.get('token') as string;
      const answer = await post('/sign-in/link', { token }, { cookie: ada.cookie });
      expect(await get('/account', ada.cookie)).toMatchObject({ status: 303 });
      const now = cookiesOf(answer);
      await post('/sign-out', {}, { cookie: now });
      expect(await get('/account', now)).toMatchObject({ status: 303 });
    });
  });

  describe('whether an address has an account', () => {
    test('is told by no answer', async () => {
      const known = 'known@example.org';
      await post('/sign-in?/mail', { email: known, next: '/' });
      const token = new URL((await letterTo(site, known)).link as string).searchParams.get('token') as string;
      await post('/sign-in/link', { token });
      const said = async (path: string, fields: Record<string, string>, email: string) => {
        const answer = await post(path, { ...fields, email });
        return { status: answer.status, body: (await answer.text()).replaceAll(email, 'ADDRESS') };
      };
      for (const [path, fields] of [
        ['/sign-in?/mail', { next: '/' }],
        ['/sign-in?/password', { next: '/', password: 'a wrong one, surely' }],
      ] as [string, Record<string, string>][])
        expect(await said(path, fields, known), path).toEqual(await said(path, fields, 'stranger@example.org'));
    });
  });

  describe('what is another reader’s', () => {
    test('is found by no number or name that one can send', async () => {
      const [ada, eve] = [await signedIn(site, { name: 'Owner' }), await signedIn(site, { name: 'Intruder' })];
      await post('/account?/token', { name: 'mine', scope: 'vote', days: '30' }, { cookie: ada.cookie });
      const { db } = site.host.database;
      const rowsOf = async () => ({
        sessions: await db.selectFrom('reader_session').select('id').where('reader_id', '=', ada.id).execute(),
        tokens: await db.selectFrom('api_token').select('id').where('reader_id', '=', ada.id).execute(),
      });
      const before = await rowsOf();
      const passkey = { credential_id: 'of-ada', reader_id: ada.id, name: 'x', public_key: '', counter: 0 };
      await db
        .insertInto('passkey')
        .values({ ...passkey, transports_json: '[]', created_at: 1, used_at: null })
        .execute();
      await post('/account?/session', { id: String(before.sessions[0].id) }, { cookie: eve.cookie });
      await post('/account?/revoke', { id: String(before.tokens[0].id) }, { cookie: eve.cookie });
      await post('/account?/passkey', { id: 'of-ada' }, { cookie: eve.cookie });
      await post('/account?/leave', { sure: 'owner' }, { cookie: eve.cookie });
      expect(await rowsOf()).toEqual(before);
      expect(await db.selectFrom('passkey').select('name').where('reader_id', '=', ada.id).execute()).toHaveLength(1);
      const given = await (await get('/account/export', eve.cookie)).text();
      expect(given).toContain('Intruder');
      expect(given).not.toContain('Owner');
    });
  });

  test('letters, passwords and the administrator’s token are limited, and the answer says for how long', async () => {
    const email = 'flooded@example.org';
    const sent = [];
    for (let i = 0; i < 6; i++) sent.push(await post('/sign-in?/mail', { email, next: '/' }));
    expect(sent.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(Number(sent[5].headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await sent[5].text()).toMatch(/try again in/);
    const tries = [];
    for (let i = 0; i < 11; i++) tries.push((await post('/admin?/enter', { token: `guess ${i}` })).status);
    expect(tries).toEqual([...Array(10).fill(403), 429]);
    const guesses = [];
    for (let i = 0; i < 11; i++)
      guesses.push(
        (await post('/sign-in?/password', { email: 'flooded@example.org', password: `guess number ${i}`, next: '/' }))
          .status,
      );
    expect(guesses).toEqual([...Array(10).fill(403), 429]);
  });

  test('a token for programs votes, and does nothing that its scopes do not name', async () => {
    const ada = await signedIn(site, { name: 'Script' });
    const page = await (
      await post('/account?/token', { name: 'script', scope: 'vote', days: '30' }, { cookie: ada.cookie })
    ).text();
    const token = /bsh_[\w-]{43}/.exec(page)?.[0];
    expect(token).toBeDefined();
    expect(await (await get('/account', ada.cookie)).text()).not.toContain(token);
    const authorization = `Bearer ${token}`;
    const answer = await fetch(`${site.url}/api/votes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ paper: '2601.00009', on: true }),
    });
    expect(await answer.json()).toMatchObject({ voted: true });
    expect(await get('/account', undefined, { authorization, accept: 'application/json' })).toMatchObject({
      status: 403,
    });
  });

  test('nothing that signs someone in stands in the log', async () => {
    const lines: string[] = [];
    const log = (message: string, fields?: unknown) => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const quiet = { ...site.host.log };
    Object.assign(site.host.log, { debug: log, info: log, warn: log, error: log });
    const level = site.host.settings.logLevel;
    site.host.settings.logLevel = 'debug';
    const email = 'logged@example.org';
    await post('/sign-in?/mail', { email, next: '/' });
    const link = new URL((await letterTo(site, email)).link as string);
    await get(link.pathname + link.search);
    const cookie = cookiesOf(await post('/sign-in/link', { token: link.searchParams.get('token') as string }));
    await get('/account', cookie);
    await get('/sign-in/with/github/back?code=secret-code&state=secret-state');
    await new Promise((resolve) => setTimeout(resolve, 50));
    site.host.settings.logLevel = level;
    Object.assign(site.host.log, quiet);
    const all = lines.join('\n');
    expect(all).toContain('/sign-in/link?token=(hidden)');
    for (const secret of [link.searchParams.get('token'), cookie.split('=')[1], 'secret-code', 'secret-state', email])
      expect(all, secret as string).not.toContain(secret);
  });

  describe('signing in with GitHub', () => {
    const begin = async (query = '', cookie?: string) => {
      const start = await get(`/sign-in/with/github${query}`, cookie);
      const there = await fetch(start.headers.get('location') as string, { redirect: 'manual' });
      const back = new URL(there.headers.get('location') as string);
      return { kept: cookiesOf(start), back: back.pathname + back.search };
    };

    test('makes an account once, with the address that GitHub has confirmed', async () => {
      const first = await begin('?next=/papers/new');
      const answer = await get(first.back, first.kept);
      expect(answer.headers.get('location')).toBe('/papers/new');
      const page = await (await get('/account', cookiesOf(answer))).text();
      for (const said of ['Ada L', 'ada@github.example', 'GitHub: ada-l']) expect(page).toContain(said);
      const second = await begin();
      await get(second.back, second.kept);
      const { db } = site.host.database;
      expect(await db.selectFrom('reader_identity').selectAll().execute()).toHaveLength(1);
    });

    test('needs the browser that began it, the state it was given, and works once', async () => {
      const { kept, back } = await begin();
      expect((await get(back)).status).toBe(403);
      const other = await begin();
      expect((await get(back, other.kept)).status).toBe(403);
      const forged = await begin();
      expect((await get(forged.back.replace(/state=[^&]*/, 'state=forged'), forged.kept)).status).toBe(403);
      const whole = await begin();
      expect((await get(whole.back, whole.kept)).status).toBe(303);
      expect((await get(whole.back, whole.kept)).status).toBe(403);
      expect(kept).toContain('broadsheet-return=');
    });

    test('never opens an account by its address alone, but can be added to the one that is signed in', async () => {
      Object.assign(person, { id: 4712, login: 'bo-c', name: 'Bo', email: 'bo@example.org' });
      await post('/sign-in?/mail', { email: person.email, next: '/' });
      const token = new URL((await letterTo(site, person.email)).link as string).searchParams.get('token') as string;
      const bo = cookiesOf(await post('/sign-in/link', { token }));
      const stranger = await begin();
      const refused = await get(stranger.back, stranger.kept);
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain('already');
      const adding = await begin('?add', bo);
      const added = await get(adding.back, `${adding.kept}; ${bo}`);
      expect(added.headers.get('location')).toBe('/account');
      expect(await (await get('/account', bo)).text()).toContain('GitHub: bo-c');
      const again = await begin();
      expect((await get(again.back, again.kept)).status).toBe(303);
    });
  });
});

describe('a site behind https', () => {
  test('gives cookies that only https carries, under a name that no other host can set', async () => {
    const site = await startSiteWithAccounts({ BROADSHEET_BASE_URL: 'https://papers.example.org' });
    try {
      const token = await createAdminToken(site.host);
      const answer = await fetch(`${site.url}/admin?/enter`, {
        method: 'POST',
        headers: { 'content-type': FORM, origin: 'https://papers.example.org' },
        body: new URLSearchParams({ token: token as string }),
        redirect: 'manual',
      });
      const [cookie] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^__Host-broadsheet=/);
      expect(cookie).toMatch(/; Secure/i);
      expect(cookie).not.toMatch(/Domain=/i);
    } finally {
      await site.stop();
    }
  });
});

describe.skipIf(!browserPath)(
  `accounts in a browser${browserPath ? '' : ' (skipped: no Chromium; set CHROMIUM_PATH)'}`,
  () => {
    let site: Site;
    let provider: Awaited<ReturnType<typeof startOpenIdProvider>>;
    let browser: Browser;
    beforeAll(async () => {
      provider = await startOpenIdProvider({ id: 'site', secret: 'client secret of the tests' });
      const client = { ID: 'site', SECRET: 'client secret of the tests' };
      site = await startSiteWithAccounts({
        ...{ BROADSHEET_OIDC_NAME: 'The University', BROADSHEET_OIDC_ISSUER: provider.issuer },
        ...{ BROADSHEET_OIDC_CLIENT_ID: client.ID, BROADSHEET_OIDC_CLIENT_SECRET: client.SECRET },
        ...{ BROADSHEET_ORCID_ISSUER: provider.issuer },
        ...{ BROADSHEET_ORCID_CLIENT_ID: client.ID, BROADSHEET_ORCID_CLIENT_SECRET: client.SECRET },
      });
      provider.open(site.url);
      browser = await launch();
    });
    afterAll(async () => {
      await browser?.close();
      await site?.stop();
      await provider?.stop();
    });

    async function visit(path: string, options: Parameters<Browser['newContext']>[0] = {}) {
      const context = await browser.newContext({ serviceWorkers: 'block', ...options });
      const page = await context.newPage();
      await page.goto(site.url + path);
      return { page, context };
    }

    async function signInByMail(page: Page, email: string): Promise<void> {
      await page.goto(`${site.url}/sign-in`);
      await page.locator('#email').fill(email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      await page.getByText('on its way').waitFor();
      await page.goto((await letterTo(site, email)).link as string);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`${site.url}/`);
    }

    test.each([true, false])(
      'by a letter, a vote, a name, and out again (JavaScript: %s)',
      async (javaScriptEnabled) => {
        const { page, context } = await visit('/papers/2601.00002', { javaScriptEnabled });
        const button = page.locator('form[data-enhance="vote"] button').first();
        await button.click();
        await page.waitForURL('**/sign-in?next=*');
        await page.locator('#email').fill(`vera-${javaScriptEnabled}@example.org`);
        await page.getByRole('button', { name: 'Send me a link' }).click();
        await page.goto((await letterTo(site, `vera-${javaScriptEnabled}@example.org`)).link as string);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL(`${site.url}/papers/2601.00002`);
        const before = Number(await button.locator('[data-count]').textContent());
        await button.click();
        await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
        await page.reload();
        expect(Number(await button.locator('[data-count]').textContent())).toBe(before + 1);
        await page.getByRole('link', { name: 'Account' }).click();
        await page.locator('#name').fill('Vera');
        await page.locator('#handle').fill(`vera-${javaScriptEnabled}`);
        await page.getByRole('button', { name: 'Keep' }).click();
        await page.getByText('Kept.').waitFor();
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByRole('link', { name: 'Sign in' }).waitFor();
        await context.close();
      },
    );

    test('a link in a letter does nothing until its reader presses', async () => {
      const email = 'scanned@example.org';
      const { page, context } = await visit('/sign-in');
      await page.locator('#email').fill(email);
      await page.getByRole('button', { name: 'Send me a link' }).click();
      const { link } = await letterTo(site, email);
      for (let i = 0; i < 3; i++) expect((await fetch(link as string)).status).toBe(200);
      await page.goto(link as string);
      expect(await page.locator('main').textContent()).toContain(email);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Account' }).waitFor();
      await context.close();
    });

    async function withAuthenticator(context: BrowserContext, page: Page) {
      const session = await context.newCDPSession(page);
      await session.send('WebAuthn.enable');
      const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
      return { session, authenticatorId };
    }

    test('a passkey is added, signs in, and opens nothing once it is removed', async () => {
      const { page, context } = await visit('/');
      const { session, authenticatorId } = await withAuthenticator(context, page);
      await signInByMail(page, 'pia@example.org');
      await page.goto(`${site.url}/account`);
      await page.locator('#passkey-name').fill('my key');
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByText('Remove my key').waitFor();
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      expect(credentials).toHaveLength(1);
      expect(credentials[0]).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.goto(`${site.url}/sign-in?next=/papers/new`);
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.waitForURL(`${site.url}/papers/new`);
      await page.goto(`${site.url}/account`);
      expect(await page.locator('main').textContent()).toContain('by passkey');
      await page.getByRole('button', { name: 'Remove my key' }).click();
      await page.getByText('Removed.').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.goto(`${site.url}/sign-in`);
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.locator('[data-passkey-sign-in] [role="alert"]', { hasText: 'not known here' }).waitFor();
      await context.close();
    });

    test('an answer of a passkey cannot be sent twice, nor for another challenge', async () => {
      const { page, context } = await visit('/');
      await withAuthenticator(context, page);
      await signInByMail(page, 'replayed@example.org');
      await page.goto(`${site.url}/account`);
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByRole('button', { name: /^Remove Passkey/ }).waitFor();
      await page.goto(`${site.url}/sign-in`).catch(() => undefined);
      await context.clearCookies();
      await page.goto(`${site.url}/sign-in`);
      const sent = page.waitForRequest('**/sign-in/passkey/finish');
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      const body = (await sent).postData() as string;
      await page.waitForURL(`${site.url}/`);
      const begin = () =>
        fetch(`${site.url}/sign-in/passkey`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        });
      const finish = (text: string) =>
        fetch(`${site.url}/sign-in/passkey/finish`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: text,
        });
      expect((await finish(body)).status).toBe(403);
      const { secret } = await (await begin()).json();
      expect((await finish(JSON.stringify({ ...JSON.parse(body), secret }))).status).toBe(403);
      await context.close();
    });

    test('with OpenID Connect, at a real provider: once a new account, then the same', async () => {
      for (const visitNumber of [1, 2]) {
        const { page, context } = await visit('/sign-in?next=/papers/new');
        await page.getByRole('link', { name: 'Continue with The University' }).click();
        await page.locator('input[name="login"]').fill('olga');
        await page.locator('input[name="password"]').fill('anything');
        await page.locator('button[type="submit"]').click();
        await page.locator('button[type="submit"]', { hasText: 'Continue' }).click();
        await page.waitForURL(`${site.url}/papers/new`);
        await page.goto(`${site.url}/account`);
        const said = await page.locator('main').textContent();
        expect(said, String(visitNumber)).toContain('The University: olga');
        expect(said).toContain('olga@example.org');
        expect(await page.locator('#name').inputValue()).toBe('olga of Elsewhere');
        await context.close();
      }
      const { db } = site.host.database;
      expect(await db.selectFrom('reader').select('id').where('email', '=', 'olga@example.org').execute()).toHaveLength(
        1,
      );
    });

    test('ORCID gives a name and no address: votes wait until one is confirmed', async () => {
      const { page, context } = await visit('/sign-in?next=/papers/2601.00003');
      await page.getByRole('link', { name: 'Continue with ORCID' }).click();
      await page.locator('input[name="login"]').fill('0000-0002-1825-0097');
      await page.locator('input[name="password"]').fill('anything');
      await page.locator('button[type="submit"]').click();
      await page.locator('button[type="submit"]', { hasText: 'Continue' }).click();
      await page.waitForURL(`${site.url}/papers/2601.00003`);
      const button = page.locator('form[data-enhance="vote"] button').first();
      const before = await button.locator('[data-count]').textContent();
      await button.click();
      await page.getByText('counts once your address is confirmed').first().waitFor();
      expect(await button.locator('[data-count]').textContent()).toBe(before);
      await page.goto(`${site.url}/account`);
      expect(await page.locator('main').textContent()).toContain('ORCID: 0000-0002-1825-0097');
      await page.locator('#email').fill('josiah@example.org');
      await page.getByRole('button', { name: 'Send a link to it' }).click();
      await page.goto((await letterTo(site, 'josiah@example.org')).link as string);
      await page.getByRole('button', { name: 'Yes, it is mine' }).click();
      await page.waitForURL('**/account');
      await page.goto(`${site.url}/papers/2601.00003`);
      expect(Number(await button.locator('[data-count]').textContent())).toBe(Number(before) + 1);
      await context.close();
    });

    test('the administrator makes an editor, changes the rule, backs up, and finds all of it in the log', async () => {
      const { page, context } = await visit('/admin');
      await page.locator('#token').fill((await createAdminToken(site.host, { again: true })) as string);
      await page.getByRole('button', { name: 'Enter' }).click();
      await page.getByRole('link', { name: 'Readers' }).click();
      await page.locator('#email').fill('eddie@example.org');
      await page.locator('#role').selectOption('editor');
      await page.getByRole('button', { name: 'Send a link' }).click();
      await page.getByText('a link is on its way').waitFor();
      await page.getByRole('link', { name: 'Rules' }).click();
      await page.locator('#most').fill('4');
      await page.getByRole('button', { name: 'Keep the rule for votes' }).click();
      await page.getByText('This is the rule').waitFor();
      await page.getByRole('link', { name: 'Storage and backup' }).click();
      await page.getByRole('button', { name: 'Make a backup' }).click();
      await expect
        .poll(async () => {
          await page.goto(`${site.url}/admin/storage`);
          return page.locator('main').textContent();
        })
        .toMatch(/\.backup/);
      await page.getByRole('link', { name: 'Log', exact: true }).click();
      const log = await page.locator('main').textContent();
      for (const action of ['backup.make', 'votes.rule', 'reader.invite', 'admin.enter']) expect(log).toContain(action);
      expect(log).not.toContain('eddie@example.org');
      await page.goto(`${site.url}/about`);
      expect(await page.locator('main').textContent()).toContain('When 4 readers');
      await context.close();
    });

    test.each(['light', 'dark'] as const)(
      'no page of account and administration has an accessibility violation (%s)',
      async (colorScheme) => {
        const admin = await signedIn(site, { name: `Axe-${colorScheme}`, role: 'admin' });
        const { page, context } = await visit('/sign-in', { colorScheme });
        const check = async (path: string) => {
          await page.goto(site.url + path);
          const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag22aa']).analyze();
          expect(violations.map((v) => `${path} ${v.id}: ${v.nodes[0]?.html}`)).toEqual([]);
        };
        await check('/sign-in');
        await context.addCookies([{ name: 'broadsheet-session', value: admin.secret, url: site.url }]);
        await check('/account');
        for (const name of ['', '/moderation', '/readers', '/rules', '/sources', '/mail', '/jobs', '/storage', '/log'])
          await check(`/admin${name}`);
        await context.close();
      },
    );

    test('a reader takes everything along and leaves', async () => {
      const { page, context } = await visit('/');
      await signInByMail(page, 'leaving@example.org');
      await page.goto(`${site.url}/account`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Everything that this site keeps of you' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('my-data.json');
      const handle = await page.locator('#handle').inputValue();
      await page.locator('#sure').fill('wrong');
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await page.getByRole('alert').waitFor();
      await page.locator('#sure').fill(handle);
      await page.getByRole('button', { name: 'Delete my account' }).click();
      await page.getByRole('link', { name: 'Sign in' }).waitFor();
      await context.close();
    });
  },
);
