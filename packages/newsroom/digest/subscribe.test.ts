import { expect, test } from 'vitest';
import { featuredOn, numbered, onEachStore } from '../editions/testing.ts';
import { suppress } from '../mail/index.ts';
import {
  askAddressChange,
  askSubscription,
  changeAddress,
  changePreferences,
  confirmSubscription,
  forgetAddress,
  leave,
  leavingOf,
  pendingSubscription,
  planDigests,
  preferencesOf,
  readAddressChange,
} from './index.ts';
import { signToken } from './links.ts';
import { delivered, linkIn, request, subscribed } from './testing.ts';

const HOUR = 3_600_000;
const ADA = 'ada@example.org';

onEachStore('subscriptions', (site) => {
  const letters = (to = ADA) =>
    site().database.db.selectFrom('letter').selectAll().where('to_address', '=', to).orderBy('id').execute();
  const subscriber = (address = ADA) =>
    site().database.db.selectFrom('subscriber').selectAll().where('address', '=', address).executeTakeFirst();
  const mailed = async (link: string) => {
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(Date.parse('2025-12-31T12:00:00Z'));
    const received = await delivered(site());
    return received.map((letter) => ({
      ...letter,
      link: new RegExp(`/digest/${link}/([\\w.-]+)`).exec(letter.text.replace(/=\r\n/g, ''))?.[1] ?? '',
    }));
  };

  test('an address alone is enough, and nothing comes before it is confirmed', async () => {
    expect(await askSubscription(site(), request(' Ada@Example.org '))).toBeUndefined();
    expect(await letters()).toMatchObject([{ kind: 'confirm', state: 'queued' }]);
    expect(JSON.parse((await letters())[0].body_json ?? '').text).not.toContain('Paper');
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(Date.parse('2025-12-31T12:00:00Z'));
    expect(await planDigests(site())).toBe(0);
    expect(await confirmSubscription(site(), await linkIn(site(), ADA, 'confirm'))).toHaveProperty('preferences');
    expect(await subscriber()).toMatchObject({ state: 'active', confirmed_at: site().now(), consent_source: 'test' });
  });

  test('the answer is the same for an unknown, a known, a stopped and a much-asked address', async () => {
    await subscribed(site(), ADA);
    await suppress(site().database.db, 'gone@example.org', 'hard-bounce', null, 0);
    const answers = [];
    for (const address of [ADA, 'new@example.org', 'gone@example.org', ADA, ADA, ADA, ADA])
      answers.push(await askSubscription(site(), request(address)));
    expect(answers).toEqual(answers.map(() => undefined));
    expect(await letters('gone@example.org')).toEqual([]);
    expect(await letters('new@example.org')).toHaveLength(1);
  });

  test('who is subscribed already gets a letter that says so, once a day, and loses nothing', async () => {
    await subscribed(site(), ADA, { hour: 6 });
    for (let i = 0; i < 3; i++) await askSubscription(site(), request(ADA, { hour: 23, zone: 'Asia/Tokyo' }));
    expect(await letters()).toMatchObject([{ key: expect.stringMatching(/^known/) }]);
    expect(await subscriber()).toMatchObject({ hour: 6, zone: 'America/New_York', state: 'active' });
  });

  test('nobody can be sent more than three letters a day by strangers', async () => {
    for (let i = 0; i < 8; i++) {
      site().setNow(site().now() + 60_000);
      await askSubscription(site(), request(ADA));
    }
    expect(await letters()).toHaveLength(3);
    site().setNow(site().now() + 25 * HOUR);
    await askSubscription(site(), request(ADA));
    expect(await letters()).toHaveLength(4);
  });

  test.each([
    ['two addresses', { address: 'a@example.org, b@example.org' }],
    ['a line break', { address: 'a@example.org\r\nBcc: b@example.org' }],
    ['a name', { address: 'Ada <a@example.org>' }],
    ['no domain', { address: 'ada' }],
    ['an hour that is none', { hour: 24 }],
    ['a zone that is none', { zone: 'Mars/Base' }],
    ['an offset for a zone', { zone: '+02:00' }],
    ['a pace that is none', { pace: 'hourly' }],
    ['a day that is over', { feed: '/papers/date/2025-12-01' }],
  ])('%s is refused with a reason', async (_what, wrong) => {
    expect(await askSubscription(site(), request(ADA, wrong))).toMatchObject({ refused: expect.any(String) });
    expect(await subscriber()).toBeUndefined();
  });

  test('a link to confirm with is good once, for two days, and only as it was signed', async () => {
    await askSubscription(site(), request(ADA));
    const link = await linkIn(site(), ADA, 'confirm');
    expect(await pendingSubscription(site(), link)).toMatchObject({ address: ADA });
    for (const forged of [`${link}x`, link.replace(/^./, '9'), link.split('.').slice(0, 2).join('.'), '', '..'])
      expect(await confirmSubscription(site(), forged)).toBeUndefined();
    site().setNow(site().now() + 48 * HOUR + 1);
    expect(await confirmSubscription(site(), link)).toBeUndefined();
    await askSubscription(site(), request(ADA));
    const second = await linkIn(site(), ADA, 'confirm');
    expect(await confirmSubscription(site(), link)).toBeUndefined();
    expect(await confirmSubscription(site(), second)).toBeDefined();
    expect(await confirmSubscription(site(), second)).toBeUndefined();
    const [received] = await mailed('leave');
    await leave(site(), received.link);
    expect(await confirmSubscription(site(), second)).toBeUndefined();
  });

  test('a link for one purpose is not one for another', async () => {
    const preferences = await subscribed(site(), ADA);
    expect(await leave(site(), preferences)).toBeUndefined();
    expect(await preferencesOf(site(), signToken(site().settings, 'leave', [1, 0]))).toBeUndefined();
  });

  test('what was asked for and never confirmed is forgotten after a week', async () => {
    await askSubscription(site(), request(ADA));
    site().setNow(site().now() + 8 * 24 * HOUR);
    await planDigests(site());
    expect(await subscriber()).toBeUndefined();
  });

  test('leaving works as often as it is asked, says what it ends before it does, and leaves other lists alone', async () => {
    await subscribed(site(), ADA);
    await subscribed(site(), ADA, { feed: '/papers/trending' });
    const received = await mailed('leave');
    const link = received.find((letter) => /^Subject: Broadsheet, /m.test(letter.text))?.link ?? '';
    expect(await leavingOf(site(), link)).toMatchObject({ feed: '/', hasLeft: false });
    expect((await subscriber())?.state).toBe('active');
    await leave(site(), link);
    await leave(site(), link);
    expect(await leavingOf(site(), link)).toMatchObject({ hasLeft: true });
    const left = await site()
      .database.db.selectFrom('subscription')
      .select(['feed', 'left_at'])
      .orderBy('id')
      .execute();
    expect(left).toEqual([
      { feed: '/', left_at: site().now() },
      { feed: '/papers/trending', left_at: null },
    ]);
  });

  test('preferences are changed by the link alone: hour, zone, pace, pause, another list', async () => {
    const link = await subscribed(site(), ADA);
    const { subscriptions } = (await preferencesOf(site(), link)) ?? { subscriptions: [] };
    const change = { hour: 20, zone: 'Asia/Tokyo', isPaused: false, paces: { [subscriptions[0].id]: 'weekly' } };
    expect(
      await changePreferences(site(), link, { ...change, add: { feed: '/papers/trending', pace: 'daily' } }),
    ).toBeUndefined();
    expect(await preferencesOf(site(), link)).toMatchObject({
      subscriber: { hour: 20, zone: 'Asia/Tokyo', paused_at: null },
      subscriptions: [
        { feed: '/', pace: 'daily', isOn: false },
        { feed: '/', pace: 'weekly', isOn: true },
        { feed: '/papers/trending', pace: 'daily', isOn: true, nextAt: Date.parse('2025-12-31T11:00:00Z') },
      ],
    });
    await changePreferences(site(), link, { ...change, paces: {}, isPaused: true });
    await site().add(featuredOn('2025-12-30', [3]));
    site().setNow(Date.parse('2026-01-02T12:00:00Z'));
    expect(await planDigests(site())).toBe(0);
    await changePreferences(site(), link, { ...change, paces: {} });
    expect(await planDigests(site())).toBe(0);
    site().setNow(Date.parse('2026-01-03T11:00:00Z'));
    expect(await planDigests(site())).toBe(1);
    expect(await changePreferences(site(), link, { ...change, zone: 'Mars/Base' })).toHaveProperty('refused');
  });

  test('an address is changed when the new one agrees; the old one hears of it and its links end', async () => {
    const link = await subscribed(site(), ADA);
    expect(await askAddressChange(site(), link, 'no address')).toHaveProperty('refused');
    expect(await askAddressChange(site(), link, 'ada@new.example')).toBeUndefined();
    const change = await linkIn(site(), 'ada@new.example', 'change');
    expect(readAddressChange(site(), change)).toMatchObject({ to: 'ada@new.example' });
    expect((await subscriber())?.state).toBe('active');
    const changed = await changeAddress(site(), change);
    expect(await preferencesOf(site(), changed?.preferences ?? '')).toMatchObject({
      subscriber: { address: 'ada@new.example' },
    });
    expect(await preferencesOf(site(), link)).toBeUndefined();
    expect(await changeAddress(site(), change)).toBeUndefined();
    expect((await letters()).map((letter) => letter.kind)).toEqual(['notice']);
    const digests = (await mailed('leave')).filter((letter) => letter.text.includes('List-Unsubscribe:'));
    expect(digests.map((letter) => letter.to)).toEqual(['ada@new.example']);
  });

  test('who holds a link cannot have more than three letters a day sent to an address of another', async () => {
    const link = await subscribed(site(), ADA);
    for (let i = 0; i < 8; i++) {
      site().setNow(site().now() + 60_000);
      expect(await askAddressChange(site(), link, 'other@example.org')).toBeUndefined();
    }
    expect(await letters('other@example.org')).toHaveLength(3);
  });

  test('an address that is forgotten leaves nothing but, where asked, its hash; then it cannot be subscribed', async () => {
    await subscribed(site(), ADA);
    await mailed('leave');
    await forgetAddress(site(), ADA, { never: true });
    const everything = JSON.stringify([
      await site().database.db.selectFrom('letter').selectAll().execute(),
      await site().database.db.selectFrom('subscriber').selectAll().execute(),
      await site().database.db.selectFrom('suppression').selectAll().execute(),
    ]);
    expect(everything).not.toContain('ada');
    await askSubscription(site(), request(ADA));
    expect(await letters()).toEqual([]);
  });

  test('the mail names one paper a line with its address, and offers to leave in its headers', async () => {
    await subscribed(site(), ADA);
    const [letter] = await mailed('leave');
    expect(letter.text).toMatch(/^List-Unsubscribe: <http:\/\/localhost:8080\/digest\/leave\/[\w.-]+>\r?$/m);
    expect(letter.text).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r?$/m);
    expect(letter.text).toMatch(/^Precedence: list\r?$/m);
    expect(letter.text).toMatch(/^Auto-Submitted: auto-generated\r?$/m);
    expect(letter.text).toContain(`/papers/${numbered(1)}`);
  });
});
