import { openSession } from '@broadsheet/newsroom/accounts';
import { NEEDS, readDecision, startDecisionWorker } from '@broadsheet/newsroom/decisions';
import {
  addLocalModel,
  joined,
  type ModelServer,
  scene,
  startSceneModel,
} from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS } from '../src/access.ts';
import { browserPath, launch, startSiteWithAccounts } from './site.ts';

type Site = Awaited<ReturnType<typeof startSiteWithAccounts>>;
interface Person {
  readonly id: number;
  readonly cookie: { readonly name: string; readonly value: string };
}

async function personIn(site: Site, name: string, role = 'reader'): Promise<Person> {
  const { db } = site.host.database;
  const row = { kind: 'account', name, handle: name.toLowerCase(), role, created_at: 1, confirmed_at: 1 };
  const { id } = await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow();
  const value = await openSession(db, id, { way: 'mail', agent: name, now: site.host.now() });
  return { id, cookie: { name: 'broadsheet-session', value } };
}

describe('a decision of several people', () => {
  let site: Site;
  let browser: Browser | undefined;
  let model: ModelServer;
  let ada: Person;
  let bo: Person;
  let cy: Person;
  let di: Person;
  beforeAll(async () => {
    site = await startSiteWithAccounts();
    if (browserPath) browser = await launch();
    model = await startSceneModel();
    await addLocalModel(site.host, model);
    await startDecisionWorker(site.host, await siteJobs(site.host), { pollMs: 50 });
    ada = await personIn(site, 'Ada');
    bo = await personIn(site, 'Bo');
    cy = await personIn(site, 'Cy');
    di = await personIn(site, 'Di', 'admin');
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await model?.close();
  });

  const headers = ({ cookie }: Person) => ({
    cookie: `${cookie.name}=${cookie.value}`,
    origin: site.url,
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  });
  const ask = (person: Person, path: string) =>
    fetch(site.url + path, { headers: headers(person), redirect: 'manual' });
  const send = (person: Person, path: string, fields: Record<string, string> = {}) =>
    fetch(site.url + path, {
      method: 'POST',
      headers: headers(person),
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  /** The status that a form's answer carries: SvelteKit answers programs with 200 and the status inside. */
  async function statusOf(answer: Response): Promise<number> {
    if (answer.status !== 200) return answer.status;
    const body = (await answer.json()) as { type?: string; status?: number };
    return body.type === 'failure' || body.type === 'error' || body.type === 'redirect' ? (body.status ?? 200) : 200;
  }
  async function contextOf({ cookie }: Person, options = {}): Promise<BrowserContext> {
    const context = await (browser as Browser).newContext(options);
    await context.addCookies([{ ...cookie, url: site.url }]);
    return context;
  }
  /** Ada's, with Bo as a member and Cy as an observer, come in by links. */
  async function shared() {
    const state = await scene(site.host, ada.id).initialised();
    await joined(site.host, await joined(site.host, state, bo.id, 'member'), cy.id, 'observer');
    return state.id;
  }

  test('is not there for anybody else, an administrator included, on any of its routes', async () => {
    const id = await shared();
    const routes = Object.keys(ACCESS).filter((route) => route.includes(' /decisions/[id]'));
    expect(routes.length).toBeGreaterThan(30);
    for (const route of routes) {
      const [method, pattern] = route.split(' ');
      const path = pattern.replace('[id]', id).replace('[seq]', '1');
      const answer = method === 'GET' ? await ask(di, path) : await send(di, path);
      expect([route, await statusOf(answer)]).toEqual([route, 404]);
    }
  }, 60_000);

  test('lets each do what their role may, and refuses the rest before anything is read', async () => {
    const id = await shared();
    const { db } = site.host.database;
    const head = async () => (await readDecision(db, id))?.head;
    const before = await head();
    for (const [form, needs] of Object.entries(NEEDS)) {
      if (needs !== 'observer')
        expect([form, await statusOf(await send(cy, `/decisions/${id}?/${form}`))]).toEqual([form, 403]);
      if (needs === 'owner')
        expect([form, await statusOf(await send(bo, `/decisions/${id}?/${form}`))]).toEqual([form, 403]);
    }
    expect(await statusOf(await send(cy, `/decisions/${id}/turns`, { text: 'Hello', key: 'a-key-of-cy' }))).toBe(403);
    for (const person of [bo, cy])
      expect(await statusOf(await send(person, `/decisions/${id}/erase/3`, { reason: 'r', isSure: 'on' }))).toBe(403);
    expect(await head()).toEqual(before);
    for (const person of [ada, cy])
      for (const page of ['', '/record', '/record.json', '/record.md'])
        expect((await ask(person, `/decisions/${id}${page}`)).status).toBe(200);
  }, 60_000);

  test('what others expect is hidden from a member who has not said what they expect', async () => {
    const id = await shared();
    const page = async (person: Person) => (await ask(person, `/decisions/${id}/record`)).text();
    expect(await page(ada)).toContain('70 %');
    expect(await page(bo)).not.toContain('70 %');
    for (const file of ['record.json', 'record.md'])
      expect((await ask(bo, `/decisions/${id}/${file}`)).status).toBe(403);
    const prior = { phase: 'prior', 'p-go': '10', 'p-pilot': '20', 'p-wait': '30', leansTo: 'wait' };
    expect(await statusOf(await send(bo, `/decisions/${id}?/forecast`, prior))).toBe(303);
    expect(await page(bo)).toContain('70 %');
    expect((await ask(bo, `/decisions/${id}/record.json`)).status).toBe(200);
    expect(await page(ada)).toContain('Bo, before any advice');
  });

  test.skipIf(!browserPath)('a link leads whoever has it in, and the owner sees them', async () => {
    const { id } = await scene(site.host, ada.id).initialised();
    const ours = await (await contextOf(ada, { javaScriptEnabled: false })).newPage();
    await ours.goto(`${site.url}/decisions/${id}`);
    await ours.getByText('Invite somebody').click();
    await ours.getByRole('button', { name: 'Invite', exact: true }).click();
    const link = (await ours.locator('#invitation').textContent()) ?? '';
    const theirs = await (await contextOf(bo, { javaScriptEnabled: false })).newPage();
    await theirs.goto(link);
    expect(await theirs.getByText('Ada asks you into').count()).toBe(1);
    await theirs.getByRole('button', { name: 'Take part' }).click();
    expect(new URL(theirs.url()).pathname).toBe(`/decisions/${id}`);
    await theirs.getByRole('heading', { name: 'What do you expect?' }).waitFor();
    await ours.reload();
    await ours.getByRole('button', { name: 'Remove Bo' }).waitFor();
    await theirs.goto(link);
    await theirs.getByText('used, taken back').waitFor();
    // Named in the record by their name of today.
    await site.host.database.db.updateTable('reader').set({ name: 'Bodil' }).where('id', '=', bo.id).execute();
    await ours.reload();
    await ours.getByRole('button', { name: 'Remove Bodil' }).waitFor();
    await site.host.database.db.updateTable('reader').set({ name: 'Bo' }).where('id', '=', bo.id).execute();
  });

  test.skipIf(!browserPath)(
    'an answer appears as it is written, and Stop reaches the model',
    async () => {
      const { id } = await scene(site.host, ada.id).live({ endpoint: 'local' });
      const page = await (await contextOf(ada)).newPage();
      await page.goto(`${site.url}/decisions/${id}`);
      model.misbehave('slow', 1);
      await page.getByLabel('What do you want to know').fill('What speaks for it?');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      // Half an answer: more than the dots, less than the whole.
      const answer = page.locator('ol.chat li.assistant .text').last();
      await expect.poll(async () => (await answer.textContent())?.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(20);
      expect(model.open()).toBe(1);
      expect((await readDecision(site.host.database.db, id))?.chat).toHaveLength(1);
      await expect
        .poll(async () => (await readDecision(site.host.database.db, id))?.chat.length, { timeout: 20_000 })
        .toBe(2);
      await expect
        .poll(() => page.getByRole('button', { name: 'Ask', exact: true }).count(), { timeout: 30_000 })
        .toBe(1);

      model.misbehave('slow', 1);
      await page.getByLabel('What do you want to know').fill('And against it?');
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await expect.poll(async () => (await answer.textContent())?.length ?? 0, { timeout: 10_000 }).toBeGreaterThan(20);
      await page.getByRole('button', { name: 'Stop', exact: true }).click();
      await expect.poll(() => model.open(), { timeout: 5_000 }).toBe(0);
      await page.getByRole('alert').getByText('You stopped it half-way').waitFor({ timeout: 20_000 });
      expect((await readDecision(site.host.database.db, id))?.chat.at(-1)).toMatchObject({ status: 'aborted' });
      await page.getByText('stopped half-way').first().waitFor();
      // The same question again is the same turn.
      await page.getByRole('button', { name: 'Ask', exact: true }).click();
      await expect
        .poll(async () => (await readDecision(site.host.database.db, id))?.chat.at(-1)?.status, { timeout: 30_000 })
        .toBe('ok');
      const chat = (await readDecision(site.host.database.db, id))?.chat ?? [];
      expect(chat.filter(({ role }) => role === 'human')).toHaveLength(2);
    },
    90_000,
  );

  test.skipIf(!browserPath)(
    'long work shows how far it is and can be stopped',
    async () => {
      const { id } = await scene(site.host, ada.id).initialised({ endpoint: 'local' });
      model.misbehave('slow', 10_000);
      const page = await (await contextOf(ada)).newPage();
      await page.goto(`${site.url}/decisions/${id}`);
      await page.getByRole('button', { name: 'Measure the model' }).click();
      await page.getByText('The model is being measured').waitFor({ timeout: 20_000 });
      await expect
        .poll(() => page.locator('[data-working]').textContent(), { timeout: 20_000 })
        .toMatch(/calls so far/);
      await page.getByRole('button', { name: 'Stop it' }).first().click();
      await page.getByText('It was stopped').waitFor({ timeout: 20_000 });
      expect((await readDecision(site.host.database.db, id))?.baseline).toBeNull();
      model.misbehave('none', 0);
    },
    60_000,
  );
});
