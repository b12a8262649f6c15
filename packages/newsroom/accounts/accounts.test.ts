import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import { audit } from '../audit/index.ts';
import { closeDueEditions } from '../editions/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { deleteReader, exportReader } from '../personal-data/index.ts';
import { setVote } from '../votes/index.ts';
import {
  changeRole,
  createAdminToken,
  createReader,
  createToken,
  endSessions,
  findReader,
  findReaderByEmail,
  followLink,
  inviteReader,
  limitTry,
  lockReader,
  lookAtLink,
  NOBODY,
  network,
  openSession,
  type Reader,
  readAudit,
  readerOf,
  readSession,
  redeemAdminToken,
  renameReader,
  requestAddress,
  requestSignIn,
  requireRole,
  requireScope,
  revokeToken,
  SCOPES,
  sessionsOf,
  setPassword,
  signInByPassword,
  takeOne,
  tokensOf,
  unlinkIdentity,
  vouchFor,
} from './index.ts';

const DAY = 86_400_000;
const FROM = { address: '203.0.113.9', agent: 'a test' };

onEachStore('accounts', (opened) => {
  let site: TestSite;
  beforeEach(() => {
    site = opened();
    Object.assign(site.settings, { mode: 'accounts', baseUrl: 'https://papers.example.org' });
  });

  const db = () => site.database.db;
  const make = (more: { email?: string; role?: 'editor' | 'admin' } = {}): Promise<Reader> =>
    createReader(db(), { name: 'Ada', isConfirmed: true, ...more }, site.now());
  const open = (reader: Reader) => openSession(db(), reader.id, { way: 'mail', agent: 'a test', now: site.now() });
  const asking = (headers: Record<string, string>) => ({
    url: 'https://papers.example.org/',
    headers: new Headers(headers),
  });
  const letters = async () => {
    const rows = await db().selectFrom('letter').select(['to_address', 'body_json']).orderBy('id').execute();
    return rows.map((row) => ({ to: row.to_address, ...JSON.parse(row.body_json ?? '{}') }));
  };
  const secretIn = (letter: { text: string }) => /token=([\w-]+)/.exec(letter.text)?.[1] as string;
  const asked = async (email: string) => {
    expect(await requestSignIn(site, { email, next: '/papers/new', address: FROM.address })).toEqual({ sent: true });
    return (await letters()).at(-1);
  };

  describe('signing in by a letter', () => {
    test('makes the account with the first link, and finds it again with the next', async () => {
      const first = await followLink(site, secretIn(await asked('Ada@Example.org')), FROM);
      expect(first).toMatchObject({ next: '/papers/new', reader: { email: 'ada@example.org', role: 'reader' } });
      expect((await readSession(db(), (first as { session: string }).session, site.now()))?.reader.confirmedAt).toBe(
        site.now(),
      );
      const again = await followLink(site, secretIn(await asked('ada@example.org')), FROM);
      expect((again as { reader: Reader }).reader.id).toBe((first as { reader: Reader }).reader.id);
    });

    test('a link works once, whoever presses first, and looking at it uses nothing up', async () => {
      const secret = secretIn(await asked('ada@example.org'));
      expect(await lookAtLink(site, secret)).toMatchObject({ email: 'ada@example.org' });
      expect(await lookAtLink(site, secret)).toBeDefined();
      const both = await Promise.all([followLink(site, secret, FROM), followLink(site, secret, FROM)]);
      expect(both.filter((outcome) => 'session' in outcome)).toHaveLength(1);
      expect(both.filter((outcome) => 'expired' in outcome)).toHaveLength(1);
    });

    test('a link is too old after twenty minutes', async () => {
      const secret = secretIn(await asked('ada@example.org'));
      site.setNow(site.now() + 20 * 60_000);
      expect(await lookAtLink(site, secret)).toBeUndefined();
      expect(await followLink(site, secret, FROM)).toEqual({ expired: true });
    });

    test('the store holds no link, session or token that would open anything', async () => {
      const secret = secretIn(await asked('ada@example.org'));
      const outcome = (await followLink(site, secret, FROM)) as { session: string; reader: Reader };
      const made = await createToken(db(), outcome.reader.id, { name: 'x', scopes: ['read'], now: site.now() });
      const token = (made as { token: string }).token;
      // The letter itself waits in the outbox until it is sent; nothing else may hold the link.
      for (const table of ['ceremony', 'reader_session', 'api_token', 'reader', 'audit_event', 'rate_limit'] as const) {
        const rows = JSON.stringify(await db().selectFrom(table).selectAll().execute());
        for (const held of [secret, outcome.session, token]) expect(rows.includes(held), table).toBe(false);
        if (table !== 'reader') expect(rows, table).not.toContain('example.org');
      }
    });

    test('known and unknown addresses get one answer, and a letter each', async () => {
      await make({ email: 'ada@example.org' });
      site.settings.accounts.join = 'closed';
      for (const email of ['ada@example.org', 'nobody@example.org'])
        expect(await requestSignIn(site, { email, next: '/', address: FROM.address })).toEqual({ sent: true });
      const sent = await letters();
      expect(sent.map((letter) => letter.to)).toEqual(['ada@example.org', 'nobody@example.org']);
      expect(sent[0].text).toContain('/sign-in/link?token=');
      expect(sent[1].text).not.toContain('token=');
      expect(await findReaderByEmail(db(), 'nobody@example.org')).toBeUndefined();
    });

    test('on a closed site even a link that was given out makes no account; an invited one is let in', async () => {
      const admin = await make({ role: 'admin' });
      const early = secretIn(await asked('eve@example.org'));
      site.settings.accounts.join = ['uni.example'];
      expect(await followLink(site, early, FROM)).toMatchObject({ refused: expect.stringContaining('invitation') });
      expect(await followLink(site, secretIn(await asked('bo@uni.example')), FROM)).toMatchObject({
        session: expect.any(String),
      });
      const invited = await inviteReader(site, admin.id, { email: 'eve@example.org', role: 'editor' });
      expect(invited).toMatchObject({ reader: { role: 'editor', confirmedAt: undefined } });
      const outcome = await followLink(site, secretIn(await asked('eve@example.org')), FROM);
      expect(outcome).toMatchObject({ reader: { email: 'eve@example.org' }, session: expect.any(String) });
    });

    test.each(['', 'nobody', 'a@b@c', 'a@b.org\r\nBcc: all@b.org', 'a b@c.org', `${'x'.repeat(300)}@c.org`])(
      '%j is no address, and nothing is sent',
      async (email) => {
        expect(await requestSignIn(site, { email, next: '/', address: FROM.address })).toHaveProperty('refused');
        expect(await letters()).toEqual([]);
      },
    );

    test('five letters an hour to one address, twenty from one network; the next hour begins anew', async () => {
      const ask = (email: string, address = FROM.address) => requestSignIn(site, { email, next: '/', address });
      for (let i = 0; i < 5; i++) expect(await ask('ada@example.org', `198.51.100.${i}`)).toEqual({ sent: true });
      expect(await ask('ada@example.org', '198.51.100.99')).toEqual({ retryAt: site.now() + 3_600_000 });
      const from = (i: number) => ask(`reader${i}@example.org`, `2001:db8:1:2:${i}::1`);
      for (let i = 0; i < 20; i++) expect(await from(i)).toEqual({ sent: true });
      expect(await from(20)).toHaveProperty('retryAt');
      site.setNow(site.now() + 3_600_001);
      expect(await ask('ada@example.org')).toEqual({ sent: true });
    });

    test('a letter confirms another address for an account, unless it has become someone else’s', async () => {
      const ada = await make();
      await requestAddress(site, { email: 'new@example.org', reader: ada, address: FROM.address });
      const secret = secretIn((await letters())[0]);
      const outcome = await followLink(site, secret, FROM);
      expect(outcome).toMatchObject({ reader: { id: ada.id, email: 'new@example.org' } });
      expect(outcome).not.toHaveProperty('session');
      const bo = await make();
      await requestAddress(site, { email: 'new@example.org', reader: bo, address: FROM.address });
      expect(await followLink(site, secretIn((await letters())[1]), FROM)).toHaveProperty('refused');
    });
  });

  describe('sessions', () => {
    test('each has a secret of its own, and a new one ends the one it replaces', async () => {
      const ada = await make();
      const before = await open(ada);
      const { sessionId } = (await readSession(db(), before, site.now())) as { sessionId: number };
      const after = await openSession(db(), ada.id, { way: 'mail', agent: '', now: site.now(), replacing: sessionId });
      expect(after).not.toBe(before);
      expect(await readSession(db(), before, site.now())).toBeUndefined();
      expect(await readSession(db(), after, site.now())).toBeDefined();
    });

    test('end after a month without use, and after a year however much they are used', async () => {
      const secret = await open(await make());
      const start = site.now();
      expect(await readSession(db(), secret, start + 30 * DAY)).toBeUndefined();
      let at = start;
      while (await readSession(db(), secret, at)) at += 20 * DAY;
      expect(at).toBeGreaterThan(start + 340 * DAY);
      expect(at).toBeLessThanOrEqual(start + 385 * DAY);
    });

    test('are ended one by one or all but this, and never another reader’s', async () => {
      const [ada, bo] = [await make(), await make()];
      const [first, second, other] = [await open(ada), await open(ada), await open(bo)];
      const theirs = await sessionsOf(db(), bo.id, site.now());
      expect(await endSessions(db(), ada.id, { id: theirs[0].id })).toBe(0);
      const mine = (await readSession(db(), first, site.now()))?.sessionId;
      expect(await endSessions(db(), ada.id, { allBut: mine })).toBe(1);
      expect(await readSession(db(), second, site.now())).toBeUndefined();
      expect(await readSession(db(), first, site.now())).toBeDefined();
      expect(await readSession(db(), other, site.now())).toBeDefined();
    });

    test('of a locked account open nothing, nor do its tokens, links and passwords', async () => {
      const [admin, ada] = [await make({ role: 'admin' }), await make({ email: 'ada@example.org' })];
      const secret = await open(ada);
      const made = await createToken(db(), ada.id, { name: 'x', scopes: ['vote'], now: site.now() });
      await setPassword(db(), ada.id, 'correct horse battery', site.now());
      await lockReader(site, admin.id, ada.id, true);
      expect(await readSession(db(), secret, site.now())).toBeUndefined();
      const bearer = { authorization: `Bearer ${(made as { token: string }).token}` };
      expect(await readerOf(site, asking(bearer))).toEqual(NOBODY);
      expect(await followLink(site, secretIn(await asked('ada@example.org')), FROM)).toHaveProperty('refused');
      const given = { email: 'ada@example.org', password: 'correct horse battery' };
      expect(await signInByPassword(site, given, FROM)).toEqual({ wrong: true });
      await lockReader(site, admin.id, ada.id, false);
      expect(await readerOf(site, asking(bearer))).toMatchObject({ via: 'token', reader: { id: ada.id } });
    });
  });

  describe('who a request acts for', () => {
    test('is the reader of its session or token, and nobody for what was never given out', async () => {
      const ada = await make();
      const cookie = `other=1; __Host-broadsheet=${await open(ada)}; more=2`;
      expect(await readerOf(site, asking({ cookie }))).toMatchObject({
        via: 'session',
        role: 'reader',
        scopes: SCOPES,
      });
      for (const headers of [
        {},
        { cookie: '__Host-broadsheet=' },
        { cookie: '__Host-broadsheet=made-up' },
        // The name that is used without TLS is not believed with it.
        { cookie: cookie.replace('__Host-broadsheet', 'broadsheet-session') },
        { authorization: 'Bearer bsh_made-up' },
        { authorization: 'Bearer hf_from_elsewhere' },
        { authorization: 'Basic YTpi' },
      ])
        expect(await readerOf(site, asking(headers as Record<string, string>))).toEqual(NOBODY);
    });

    test('a token acts as a reader with its scopes, whatever its owner may do besides', async () => {
      const admin = await make({ role: 'admin' });
      const made = await createToken(db(), admin.id, { name: 'x', scopes: ['vote'], now: site.now() });
      const acting = await readerOf(site, asking({ authorization: `Bearer ${(made as { token: string }).token}` }));
      expect(acting).toMatchObject({ via: 'token', role: 'reader', scopes: ['vote'] });
      expect(() => requireRole(acting, 'admin')).toThrow('Only an administrator');
      expect(() => requireScope(acting, 'comment')).toThrow('"comment"');
      expect(() => requireScope(acting, undefined)).toThrow('in a browser');
      requireScope(acting, 'vote');
    });

    test('on a site without accounts is its one reader, who is no administrator until the token was entered', async () => {
      const ada = await make();
      const cookie = `__Host-broadsheet=${await open(ada)}`;
      site.settings.mode = 'none';
      const local = await readerOf(site, asking({ cookie }));
      expect(local).toMatchObject({ via: 'local', role: 'reader', reader: { kind: 'local' } });
      const token = (await createAdminToken(site)) as string;
      const session = await redeemAdminToken(site, token, { acting: local, agent: '' });
      expect(await readerOf(site, asking({ cookie: `__Host-broadsheet=${session}` }))).toMatchObject({
        via: 'session',
        role: 'admin',
        reader: { id: local.reader?.id },
      });
    });
  });

  describe('the first administrator', () => {
    test('is whoever enters the token first: an account that is signed in, or a new one', async () => {
      const token = (await createAdminToken(site)) as string;
      expect(await createAdminToken(site)).toBeUndefined();
      expect(await redeemAdminToken(site, 'wrong', { acting: NOBODY, agent: '' })).toBeUndefined();
      const entered = await Promise.all(
        [1, 2, 3].map(() => redeemAdminToken(site, token, { acting: NOBODY, agent: '' })),
      );
      expect(entered.filter(Boolean)).toHaveLength(1);
      const ada = await make();
      const again = (await createAdminToken(site, { again: true })) as string;
      const acting = await readerOf(site, asking({ cookie: `__Host-broadsheet=${await open(ada)}` }));
      const session = (await redeemAdminToken(site, again, { acting, agent: '' })) as string;
      expect((await readSession(db(), session, site.now()))?.reader).toMatchObject({ id: ada.id, role: 'admin' });
    });

    test('the last one can neither step down nor leave', async () => {
      const admin = await make({ role: 'admin' });
      expect(await changeRole(site, admin.id, admin.id, 'reader')).toContain('only administrator');
      expect(await deleteReader(site, admin.id)).toContain('only administrator');
      const other = await make();
      expect(await changeRole(site, admin.id, other.id, 'admin')).toBeUndefined();
      expect(await changeRole(site, other.id, admin.id, 'reader')).toBeUndefined();
    });
  });

  describe('passwords', () => {
    test('sign in whom they belong to, and answer all else alike', async () => {
      const ada = await make({ email: 'ada@example.org' });
      await make({ email: 'without@example.org' });
      expect(await setPassword(db(), ada.id, 'short', site.now())).toContain('12');
      expect(await setPassword(db(), ada.id, 'correct horse battery', site.now())).toBeUndefined();
      const attempt = (email: string, password: string) => signInByPassword(site, { email, password }, FROM);
      expect(await attempt('ada@example.org', 'correct horse battery')).toMatchObject({ reader: { id: ada.id } });
      for (const email of ['ada@example.org', 'without@example.org', 'nobody@example.org', 'no address'])
        expect(await attempt(email, 'wrong horse battery')).toEqual({ wrong: true });
    });

    test('ten tries against one account, known or not; then even the right one waits', async () => {
      const ada = await make({ email: 'ada@example.org' });
      await setPassword(db(), ada.id, 'correct horse battery', site.now());
      for (const email of ['ada@example.org', 'nobody@example.org']) {
        for (let i = 0; i < 10; i++)
          await limitTry(db(), 'password', { address: `198.51.100.${i}`, account: email }, site.now());
        const given = { email, password: 'correct horse battery' };
        expect(await signInByPassword(site, given, { ...FROM, address: '198.51.100.77' })).toHaveProperty('retryAt');
      }
    });
  });

  describe('tokens', () => {
    test('have at least one scope and a name, are listed without themselves, and are revoked by their reader alone', async () => {
      const [ada, bo] = [await make(), await make()];
      for (const wrong of [{ scopes: [] }, { scopes: ['read', 'admin'] }, { name: ' ', scopes: ['read'] }])
        expect(await createToken(db(), ada.id, { name: 'x', now: site.now(), ...wrong })).toHaveProperty('refused');
      await createToken(db(), ada.id, { name: 'script', scopes: ['run', 'read'], now: site.now() });
      const [token] = await tokensOf(db(), ada.id);
      expect(token).toEqual({ id: token.id, name: 'script', scopes: ['read', 'run'], createdAt: site.now() });
      expect(await revokeToken(db(), bo.id, token.id)).toBe(false);
      expect(await revokeToken(db(), ada.id, token.id)).toBe(true);
    });
  });

  describe('limits', () => {
    test('let through exactly so many, however many ask at once', async () => {
      const limit = { name: 'test', most: 7, windowMs: 1_000 };
      const taken = await Promise.all(Array.from({ length: 30 }, () => takeOne(db(), limit, 'x', site.now())));
      expect(taken.filter((outcome) => outcome === undefined)).toHaveLength(7);
      expect(await takeOne(db(), limit, 'y', site.now())).toBeUndefined();
      expect(await takeOne(db(), limit, 'x', site.now() + 1_000)).toBeUndefined();
      // The window that is over was swept out with the new one's beginning.
      const kept = await db().selectFrom('rate_limit').select('until_at').execute();
      expect(kept.every((row) => row.until_at > site.now() + 1_000)).toBe(true);
    });

    test.each([
      ['203.0.113.9', '203.0.113.9'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
      ['2001:db8::1', '2001:db8:0:0'],
      ['::1', '0:0:0:0'],
    ])('count %s as %s', (address, as) => {
      expect(network(address)).toBe(as);
    });
  });

  describe('names', () => {
    test('are one line without what hides or reorders text, and handles are one reader’s alone', async () => {
      const [ada, bo] = [await make(), await make()];
      expect(await renameReader(db(), ada.id, { name: ' A\u202eda\n<b>Löwe ', handle: '@Ada-L' })).toMatchObject({
        reader: { name: 'A da <b>Löwe', handle: 'ada-l' },
      });
      for (const handle of ['ada-l', 'ADA-L', `reader-${ada.id}`, 'a b', '-x', '', 'ädä'])
        expect(await renameReader(db(), bo.id, { name: 'Bo', handle })).toHaveProperty('refused');
      expect(await renameReader(db(), bo.id, { name: '\u200b', handle: 'bo' })).toHaveProperty('refused');
    });
  });

  describe('the log', () => {
    test('refuses in the store itself to change or lose a line', async () => {
      await audit(db(), { action: 'test.done', subject: 'site', detail: { a: 1 } }, site.now());
      const attempts = [
        db().updateTable('audit_event').set({ action: 'nothing' }),
        db().deleteFrom('audit_event'),
        db().updateTable('vote_event').set({ is_on: 0 }),
        db().deleteFrom('vote_event'),
      ];
      await site.add(featuredOn('2025-12-30', [1]));
      await setVote(site, { readerId: await site.addReader('Ada'), paperKey: numbered(1), on: true });
      for (const attempt of attempts) await expect(attempt.execute()).rejects.toThrow('append-only');
      if (site.database.name === 'postgres')
        await expect(sql`truncate audit_event`.execute(db())).rejects.toThrow('append-only');
      expect(await readAudit(db())).toMatchObject([{ action: 'test.done', subject: 'site', detail: { a: 1 } }]);
    });

    test('has a line for each thing that administrators do to readers', async () => {
      const [admin, ada] = [await make({ role: 'admin' }), await make()];
      await changeRole(site, admin.id, ada.id, 'editor');
      await lockReader(site, admin.id, ada.id, true);
      await lockReader(site, admin.id, ada.id, false);
      await vouchFor(site, admin.id, ada.id);
      await inviteReader(site, admin.id, { email: 'x@example.org', role: 'reader' });
      // What changes nothing is not written down.
      await changeRole(site, admin.id, ada.id, 'editor');
      const log = await readAudit(db());
      expect(log.map((line) => line.action)).toEqual([
        'reader.invite',
        'reader.confirm',
        'reader.unlock',
        'reader.lock',
        'reader.role',
      ]);
      expect(log.every((line) => line.actorId === admin.id)).toBe(true);
      expect(JSON.stringify(log)).not.toContain('example.org');
    });
  });

  describe('leaving', () => {
    test('takes every way in, the name and the votes of open days along; what was printed stays', async () => {
      await site.add(featuredOn('2025-12-29', [10], { first: 1 }));
      await site.add(featuredOn('2025-12-30', [10], { first: 2 }));
      const ada = await make({ email: 'ada@example.org' });
      const secret = await open(ada);
      await createToken(db(), ada.id, { name: 'x', scopes: ['read'], now: site.now() });
      await setPassword(db(), ada.id, 'correct horse battery', site.now());
      const subscriber = { address: 'ada@example.org', state: 'active', hour: 7, zone: 'UTC' } as const;
      await db()
        .insertInto('subscriber')
        .values({ ...subscriber, consent_source: 'a test', created_at: 1 })
        .execute();
      for (const n of [1, 2]) await setVote(site, { readerId: ada.id, paperKey: numbered(n), on: true });
      expect(await closeDueEditions(site)).toEqual(['2025-12-29']);
      expect(await deleteReader(site, ada.id)).toBeUndefined();
      expect(await readSession(db(), secret, site.now())).toBeUndefined();
      expect(await findReader(db(), ada.id)).toBeUndefined();
      for (const table of ['reader_session', 'api_token', 'reader_password', 'subscriber'] as const)
        expect(await db().selectFrom(table).selectAll().execute(), table).toEqual([]);
      const row = await db().selectFrom('reader').selectAll().where('id', '=', ada.id).executeTakeFirstOrThrow();
      expect(row).toMatchObject({ name: 'deleted reader', email: null, handle: null, kind: 'deleted' });
      const counts = await db().selectFrom('paper').select(['arxiv_id', 'reader_votes']).orderBy('id').execute();
      expect(counts).toEqual([
        { arxiv_id: numbered(1), reader_votes: 1 },
        { arxiv_id: numbered(2), reader_votes: 0 },
      ]);
      expect(await followLink(site, secretIn(await asked('ada@example.org')), FROM)).toMatchObject({
        session: expect.any(String),
      });
    });

    test('what a reader is given of themselves holds all of it, and no secret', async () => {
      await site.add(featuredOn('2025-12-30', [10]));
      const ada = await make({ email: 'ada@example.org' });
      await open(ada);
      await createToken(db(), ada.id, { name: 'my script', scopes: ['read'], now: site.now() });
      await setVote(site, { readerId: ada.id, paperKey: numbered(1), on: true });
      const all = JSON.stringify(await exportReader(site, ada.id));
      for (const part of ['ada@example.org', 'my script', numbered(1), 'a test']) expect(all).toContain(part);
      expect(all).not.toMatch(/bsh_|hash/i);
    });

    test('the only way into an account cannot be taken off', async () => {
      const ada = await make();
      const identity = { provider: 'orcid https://orcid.org', subject: '0000-0002-1825-0097' };
      await db()
        .insertInto('reader_identity')
        .values({ ...identity, reader_id: ada.id, label: identity.subject, linked_at: 1 })
        .execute();
      expect(await unlinkIdentity(db(), ada.id, identity)).toContain('only way');
      await db().updateTable('reader').set({ email: 'ada@example.org' }).where('id', '=', ada.id).execute();
      expect(await unlinkIdentity(db(), ada.id, identity)).toBeUndefined();
    });
  });
});
