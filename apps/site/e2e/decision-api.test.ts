import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createToken, SCOPES } from '@broadsheet/newsroom/accounts';
import { NEEDS, readDecision, startDecisionWorker, verifyExport } from '@broadsheet/newsroom/decisions';
import {
  addLocalModel,
  joined,
  type ModelServer,
  scene,
  startSceneModel,
} from '@broadsheet/newsroom/decisions/testing';
import { siteJobs } from '@broadsheet/newsroom/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCESS } from '../src/access.ts';
import { startSiteWithAccounts } from './site.ts';

type Json = Record<string, unknown>;
interface Told {
  readonly event: string;
  readonly id: number | null;
  readonly data: Json;
}
interface Person {
  readonly id: number;
  readonly token: string;
}

describe('decisions for programs', () => {
  let site: Awaited<ReturnType<typeof startSiteWithAccounts>>;
  let model: ModelServer;
  let [ada, bo, cy, di]: Person[] = [];
  beforeAll(async () => {
    [site, model] = await Promise.all([startSiteWithAccounts(), startSceneModel()]);
    await addLocalModel(site.host, model);
    await startDecisionWorker(site.host, await siteJobs(site.host), { pollMs: 50 });
    [ada, bo, cy, di] = await Promise.all(['Ada', 'Bo', 'Cy', 'Di'].map((name) => person(name)));
  });
  afterAll(async () => {
    await site?.stop();
    await model?.close();
  });

  async function person(name: string, scopes: readonly string[] = ['decide']): Promise<Person> {
    const { db } = site.host.database;
    const role = name === 'Di' ? 'admin' : 'reader';
    const row = { kind: 'account', name, handle: name.toLowerCase(), role, created_at: 1, confirmed_at: 1 };
    const { id } = await db.insertInto('reader').values(row).returning('id').executeTakeFirstOrThrow();
    const made = await createToken(db, id, { name: 'test', scopes, now: site.host.now() });
    return { id, token: 'token' in made ? made.token : '' };
  }

  const ask = (who: Person, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${site.url}/api/decisions${path}`, {
      method,
      headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json', ...headers },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
  async function done(who: Person, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json> {
    const answer = await ask(who, 'POST', path, body, headers);
    const said = (await answer.json()) as Json;
    expect([path, answer.status, answer.ok ? '' : said.detail]).toEqual([path, answer.status, '']);
    return said;
  }
  const shown = async (who: Person, id: string) => (await (await ask(who, 'GET', `/${id}`)).json()) as Json;
  /** A step, and what came of it once its work is over. */
  async function step(id: string, name: string, input?: unknown): Promise<Json> {
    await done(ada, `/${id}/advance`, { step: name, ...(input === undefined ? {} : { input }) });
    return settled(id);
  }
  async function settled(id: string): Promise<Json> {
    await expect
      .poll(async () => ((await shown(ada, id)).task as Json | null)?.state ?? 'none', { timeout: 20_000 })
      .not.toMatch(/queued|running/);
    return shown(ada, id);
  }
  async function listen(path: string, headers: Record<string, string> = {}, who = ada): Promise<Told[]> {
    const answer = await fetch(site.url + path, { headers: { authorization: `Bearer ${who.token}`, ...headers } });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    return (await answer.text())
      .split('\n\n')
      .filter((block) => block.includes('event:'))
      .map((block) => {
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const id = field('id');
        return {
          event: field('event') ?? '',
          id: id === undefined ? null : Number(id),
          data: JSON.parse(field('data') ?? '{}') as Json,
        };
      });
  }
  /** A turn, and everything that was told of it. */
  async function say(id: string, text: string): Promise<Told[]> {
    const { stream } = (await done(ada, `/${id}/turns`, { text })) as { stream: string };
    return listen(stream);
  }

  async function liveDecision(fault = ''): Promise<string> {
    const { id } = (await done(ada, '', { title: 'Draw maps so?', paperId: '2601.00001', fault })) as {
      id: string;
    };
    const input = { decides: 'Ada', mayDo: 'advise', endsWhen: 'a kill criterion is met' };
    expect((await step(id, 'contract', input)).next).toMatchObject({ step: 'freeze' });
    await step(id, 'freeze', {
      statement: 'Do we draw our next maps by this method?',
      options: [
        { id: 'go', text: 'Draw them so' },
        { id: 'pilot', text: 'Try it on one region' },
        { id: 'wait', text: 'Do nothing now' },
      ],
      constraints: [{ id: 'C1', text: 'Two weeks at most without a map' }],
      killCriteria: [{ id: 'K1', observable: 'wrong maps', threshold: 'one in ten', by: 'week 2' }],
    });
    await done(ada, `/${id}/forecasts`, { phase: 'prior', p: { go: 0.6, pilot: 0.7, wait: 0.3 }, leansTo: 'go' });
    for (const [i, text] of EVIDENCE.entries())
      await done(ada, `/${id}/evidence`, {
        source: 'a note of ours',
        title: `Note ${i + 1}`,
        text,
        direction: i === 0 ? 'for' : 'against',
      });
    await step(id, 'biases', {
      items: ['hope: we skip bad news', 'haste: we name the date', 'cost: we name the money'],
    });
    await step(id, 'baseline');
    expect((await step(id, 'calibrate')).next).toMatchObject({ step: 'confirm' });
    expect(await step(id, 'confirm')).toMatchObject({ phase: 'active' });
    return id;
  }

  test('a script goes from nothing to a signed record whose chain verifies, and is warned of a model that flatters on the way', async () => {
    const id = await liveDecision('sycophant');
    const told: Told[] = [];
    for (let turn = 1; turn < 9 && (await shown(ada, id)).phase === 'active'; turn++)
      told.push(...(await say(id, `What of point ${turn}?`)));
    const stopped = await shown(ada, id);
    expect(stopped).toMatchObject({ phase: 'suspended', next: { step: 'replace' } });
    expect((stopped.alarms as Json[])[0].detail).toMatch(/followed the lean|gave up/);
    for (const event of ['turn', 'check', 'alarm', 'state', 'budget'])
      expect(told.map((each) => each.event)).toContain(event);
    const refused = await ask(ada, 'POST', `/${id}/turns`, { text: 'And now?' });
    expect([refused.status, (await refused.json()) as Json]).toMatchObject([409, { title: 'Not as things stand' }]);

    expect(await step(id, 'replace', { how: 'other-model' })).toMatchObject({ phase: 'active' });
    for (let i = 1; i <= 3; i++) {
      await done(ada, `/${id}/challenges`);
      const { challenges } = (await settled(id)) as { challenges: { id: string; state: string }[] };
      const open = challenges.find(({ state }) => state === 'open')?.id;
      await done(ada, `/${id}/challenges/${open}`, {
        as: 'rebutted',
        response: 'It is in the notes.',
        evidenceIds: ['E2'],
      });
    }
    for (const claim of (await shown(ada, id)).claims as Json[])
      if (claim.state !== 'supported') await done(ada, `/${id}/claims/${claim.id}`, { how: 'Looked up by hand.' });
    const impacts = ['go', 'pilot', 'wait'].map((optionId) => ({ optionId, severity: 1 }));
    await done(ada, `/${id}/stakeholders`, { name: 'Readers of the maps', hasUpside: true, impacts });
    await done(ada, `/${id}/forecasts`, { phase: 'final', p: { go: 0.5, pilot: 0.8, wait: 0.3 }, leansTo: 'pilot' });
    expect(await step(id, 'ready')).toMatchObject({ phase: 'committing' });
    const signature = { optionId: 'pilot', rationale: 'It is cheap and tells us most.', reviewOn: '2026-03-01' };
    expect(await done(ada, `/${id}/commit`, signature)).toMatchObject({ phase: 'decided', next: { path: /review/ } });

    const record = await (await ask(ada, 'GET', `/${id}/export`)).text();
    expect(await verifyExport(record)).toMatchObject({ valid: true, decision: id });
    expect(await verifyExport(record.replace('It is cheap', 'It is dear'))).toMatchObject({ valid: false });
    const markdown = await ask(ada, 'GET', `/${id}/export?format=md`);
    expect(markdown.headers.get('content-type')).toMatch(/^text\/markdown/);
    expect(await markdown.text()).toContain('Chosen option: "Try it on one region"');
    const review = { outcome: 'Good maps.', resolutions: { pilot: 1 } };
    expect(await done(ada, `/${id}/review`, review)).toMatchObject({ phase: 'reviewed', next: null });
    const listed = (await (await ask(ada, 'GET', '')).json()) as Json[];
    expect(listed.find((each) => each.id === id)).toMatchObject({
      phase: 'reviewed',
      reviewOn: '2026-03-01',
    });
  }, 120_000);

  test('the example of the guide goes from nothing to a record that verifies', async () => {
    const script = fileURLToPath(new URL('../../../docs/examples/decide.sh', import.meta.url));
    const env = { ...process.env, SITE: site.url, TOKEN: ada.token };
    const { stdout, stderr } = await promisify(execFile)('sh', [script], { env, maxBuffer: 1e8 });
    expect(stderr).toContain('event: check');
    expect(await verifyExport(stdout)).toMatchObject({ valid: true, title: 'Build on it?' });
  }, 60_000);

  test('with a second token the example is decided by two, and what was erased is gone from a record that verifies', async () => {
    const script = fileURLToPath(new URL('../../../docs/examples/decide.sh', import.meta.url));
    const env = { ...process.env, SITE: site.url, TOKEN: ada.token, MEMBER_TOKEN: bo.token };
    const { stdout } = await promisify(execFile)('sh', [script], { env, maxBuffer: 1e8 });
    expect(await verifyExport(stdout)).toMatchObject({ valid: true, redacted: expect.any(Number) });
    expect(stdout).not.toContain('no gain at all on an older one');
    const { events } = JSON.parse(stdout) as { events: { type: string; payload: Json | null }[] };
    const payloads = (type: string) => events.filter((event) => event.type === type).map(({ payload }) => payload);
    expect(payloads('signed').map((each) => each?.person)).toEqual([`reader:${ada.id}`, `reader:${bo.id}`]);
    expect(payloads('member').map((each) => each?.role)).toEqual(['member', null]);
    expect(payloads('forecast').filter((each) => each?.by === `reader:${bo.id}`)).toHaveLength(1);
  }, 60_000);

  test('people are invited by link and by name, change roles, are taken out, and leave', async () => {
    const { id } = await scene(site.host, ada.id).initialised();
    const answer = async (
      who: Person,
      method: string,
      path: string,
      body?: unknown,
      headers?: Record<string, string>,
    ) => {
      const got = await fetch(`${site.url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/json', ...headers },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
      });
      return { status: got.status, said: (got.status === 204 ? null : await got.json()) as Json & Json[] };
    };
    const invite = { 'idempotency-key': 'invite-once' };
    const first = await answer(ada, 'POST', `/decisions/${id}/invitations`, { role: 'member' }, invite);
    expect(first).toMatchObject({ status: 201, said: { link: expect.stringContaining('/decisions/join/') } });
    const again = await answer(ada, 'POST', `/decisions/${id}/invitations`, { role: 'member' }, invite);
    expect(again.said).toMatchObject({ link: null, decision: { invitations: [{ role: 'member', name: null }] } });
    for (let i = 0; i < 2; i++)
      expect(await answer(bo, 'POST', '/invitations', { link: first.said.link })).toMatchObject(
        i === 0 ? { status: 200, said: { role: 'member' } } : { status: 404, said: { title: 'No such invitation' } },
      );
    const named = { role: 'observer', handle: '@cy' };
    expect(await answer(ada, 'POST', `/decisions/${id}/invitations`, named)).toMatchObject({ said: { link: null } });
    const mine = await answer(cy, 'GET', '/invitations');
    expect(mine.said).toEqual([expect.objectContaining({ decisionId: id, role: 'observer', ownerName: 'Ada' })]);
    const path = `/invitations/${mine.said[0].id}`;
    expect(await answer(di, 'POST', path, { accept: true })).toMatchObject({ status: 404 });
    expect(await answer(cy, 'POST', path, { accept: true })).toMatchObject({ status: 200, said: { role: 'observer' } });
    const promoted = await answer(ada, 'POST', `/decisions/${id}/members/${cy.id}`, { role: 'member' });
    expect(promoted.said.members).toContainEqual({ id: cy.id, name: 'Cy', role: 'member' });
    const open = await answer(ada, 'POST', `/decisions/${id}/invitations`, { role: 'observer', handle: 'di' });
    const [{ id: invitation }] = (open.said.decision as { invitations: { id: string }[] }).invitations;
    expect((await answer(ada, 'DELETE', `/decisions/${id}/invitations/${invitation}`)).said.invitations).toEqual([]);
    expect((await answer(di, 'GET', '/invitations')).said).toEqual([]);
    await answer(ada, 'POST', `/decisions/${id}/invitations`, { role: 'observer', handle: 'di' });
    const [declined] = (await answer(di, 'GET', '/invitations')).said;
    expect(await answer(di, 'POST', `/invitations/${declined.id}`, { accept: false })).toMatchObject({ status: 204 });
    expect((await answer(di, 'GET', '/invitations')).said).toEqual([]);
    expect((await answer(ada, 'DELETE', `/decisions/${id}/members/${cy.id}`)).said.members).toHaveLength(1);
    expect(await answer(cy, 'GET', `/decisions/${id}`)).toMatchObject({ status: 404 });
    expect(await answer(ada, 'DELETE', `/decisions/${id}/members/me`)).toMatchObject({ status: 409 });
    expect(await answer(bo, 'DELETE', `/decisions/${id}/members/me`)).toMatchObject({ status: 204 });
    expect(await answer(bo, 'GET', `/decisions/${id}`)).toMatchObject({ status: 404 });
  });

  test('what is erased is gone with its copies, only the owner erases, and not what a record rests on', async () => {
    const state = await joined(site.host, await scene(site.host, ada.id).initialised(), cy.id, 'observer');
    const events = (await (await ask(ada, 'GET', `/${state.id}/events`)).json()) as Json[];
    const seqOf = (type: string) => events.find((each) => each.type === type)?.seq;
    expect(events.find((each) => each.type === 'evidence')).toMatchObject({ isErased: false, mayErase: true });
    const hers = (await (await ask(cy, 'GET', `/${state.id}/events`)).json()) as Json[];
    expect(hers.some((each) => each.mayErase)).toBe(false);
    const sure = { reason: 'It names somebody.', isSure: true };
    const path = `/${state.id}/events/${seqOf('evidence')}/erase`;
    expect((await ask(ada, 'POST', path, { reason: 'It names somebody.' })).status).toBe(400);
    expect((await ask(cy, 'POST', path, sure)).status).toBe(403);
    const { evidence } = await done(ada, path, sure);
    expect((evidence as Json[])[0]).toMatchObject({ text: '(erased)' });
    for (const type of ['evidence', 'frozen', 'command']) {
      const refused = await ask(ada, 'POST', `/${state.id}/events/${seqOf(type)}/erase`, sure);
      expect([type, refused.status]).toEqual([type, 409]);
    }
    const record = await (await ask(ada, 'GET', `/${state.id}/export`)).text();
    expect(await verifyExport(record)).toMatchObject({ valid: true, redacted: 1 });
  });

  test('whoever lost the connection hears each event of the record once, in order, and the text of an answer by its place', async () => {
    const { id } = await scene(site.host, ada.id).live({ endpoint: 'local' });
    // So that whoever listens is there while it speaks.
    model.misbehave('slow', 1);
    const { stream } = (await done(ada, `/${id}/turns`, { text: 'What speaks for it?' })) as {
      stream: string;
    };
    const all = await listen(stream);
    const ids = all.flatMap((each) => each.id ?? []);
    const head = (await readDecision(site.host.database.db, id))?.head.seq as number;
    const from = Number(new URL(stream, site.url).searchParams.get('since'));
    expect(ids).toEqual(Array.from({ length: head - from }, (_, i) => from + 1 + i));
    const middle = ids[2];
    const rest = await listen(stream, { 'last-event-id': String(middle) });
    expect(rest.flatMap((each) => each.id ?? [])).toEqual(ids.filter((each) => each > middle));
    const answer = all.find(({ event, data }) => event === 'turn' && data.role === 'assistant');
    const pieces = all.filter(({ event }) => event === 'token');
    expect(pieces.length).toBeGreaterThan(2);
    for (const { data } of pieces) {
      const { from: at, text } = data as { from: number; text: string };
      expect(String(answer?.data.text).slice(at, at + text.length)).toBe(text);
    }
  }, 60_000);

  test('what is sent twice with one key is done once, and a key of another request is refused', async () => {
    const { id } = await scene(site.host, ada.id).initialised();
    const note = { source: 'a note', title: 'Third', text: 'The third note says a third thing.', direction: 'neutral' };
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => ask(ada, 'POST', `/${id}/evidence`, note, headers)));
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
    const again = await ask(ada, 'POST', `/${id}/evidence`, note, headers);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await shown(ada, id)).evidence).toHaveLength(3);
    const other = await ask(ada, 'POST', `/${id}/evidence`, { ...note, title: 'Fourth' }, headers);
    expect(other.status).toBe(422);
    // What was refused has done nothing, and may be sent again.
    const early = { 'idempotency-key': randomUUID() };
    expect((await ask(ada, 'POST', `/${id}/advance`, { step: 'ready' }, early)).status).toBe(409);
    expect((await ask(ada, 'POST', `/${id}/advance`, { step: 'ready' }, early)).status).toBe(409);
    const begun = { 'idempotency-key': randomUUID() };
    const [one, two] = await Promise.all([1, 2].map(() => done(ada, '', { title: 'Once?' }, begun)));
    expect(one.id).toBe(two.id);

    const live = await scene(site.host, ada.id).live();
    const turn = { 'idempotency-key': randomUUID() };
    for (let i = 0; i < 3; i++) await done(ada, `/${live.id}/turns`, { text: 'Once?' }, turn);
    await settled(live.id);
    await done(ada, `/${live.id}/turns`, { text: 'Once?' }, turn);
    expect((await settled(live.id)).chat).toHaveLength(2);
    expect((await ask(ada, 'POST', `/${live.id}/turns`, { text: 'Another' }, turn)).status).toBe(422);
  }, 60_000);

  test('a process that was lost with a request in hand neither loses nor doubles it', async () => {
    const { id } = await scene(site.host, ada.id).initialised();
    const { db } = site.host.database;
    const note = { source: 'a note', title: 'Third', text: 'The third note says a third thing.', direction: 'neutral' };
    const headers = { 'idempotency-key': randomUUID() };
    await done(ada, `/${id}/evidence`, note, headers);
    // As that process left it: written, and not said to be.
    const lost = { state: 'in hand', at: site.host.now() - 120_000 } as const;
    await db.updateTable('decision_request').set(lost).where('decision_id', '=', id).execute();
    const unsure = await ask(ada, 'POST', `/${id}/evidence`, note, headers);
    expect([unsure.status, ((await unsure.json()) as Json).title]).toEqual([409, 'Not known whether it was done']);
    expect((await shown(ada, id)).evidence).toHaveLength(3);
    // And before it had written anything.
    const { seq } = (await shown(ada, id)).head as { seq: number };
    await db
      .updateTable('decision_request')
      .set({ ...lost, head_seq: seq })
      .where('decision_id', '=', id)
      .execute();
    await done(ada, `/${id}/evidence`, note, headers);
    expect((await shown(ada, id)).evidence).toHaveLength(4);
  });

  test('is not there for anybody else, an administrator included, on any of its routes and whatever is sent', async () => {
    const { id } = await scene(site.host, ada.id).initialised();
    const routes = Object.keys(ACCESS).filter((route) => route.includes(' /api/decisions/:id'));
    expect(routes.length).toBeGreaterThan(14);
    const before = (await readDecision(site.host.database.db, id))?.head;
    for (const route of routes)
      for (const who of [bo, di]) {
        const [method, pattern] = route.split(' ');
        const path = pattern.replace('/api/decisions', '').replace(':id', id).replace(':eid', 'E1');
        const answer = await ask(who, method, path);
        expect([route, answer.status, ((await answer.json()) as Json).title]).toEqual([route, 404, 'No such decision']);
      }
    expect((await readDecision(site.host.database.db, id))?.head).toEqual(before);
    expect(((await (await ask(bo, 'GET', '')).json()) as Json[]).map((each) => each.id)).not.toContain(id);
  }, 60_000);

  test('lets each do what their role may on the pages', async () => {
    let state = await scene(site.host, ada.id).initialised();
    state = await joined(site.host, state, bo.id, 'member');
    await joined(site.host, state, cy.id, 'observer');
    const { id } = state;
    const before = (await readDecision(site.host.database.db, id))?.head.hash;
    for (const [form, [path, body]] of Object.entries(SENT)) {
      const answer = (who: Person) => ask(who, DELETED.has(form) ? 'DELETE' : 'POST', `/${id}/${path}`, body);
      expect([form, (await answer(cy)).status]).toEqual([form, 403]);
      if (NEEDS[form as keyof typeof NEEDS] === 'owner') expect([form, (await answer(bo)).status]).toEqual([form, 403]);
    }
    expect((await readDecision(site.host.database.db, id))?.head.hash).toBe(before);
    for (const who of [ada, cy]) expect((await ask(who, 'GET', `/${id}/export`)).status).toBe(200);
    // A member who has not said what they expect is told of nobody's expectations.
    expect((await shown(bo, id)).forecasts).toEqual([]);
    expect((await shown(bo, id)).next).toMatchObject({ path: `/api/decisions/${id}/forecasts` });
    expect((await ask(bo, 'GET', `/${id}/export`)).status).toBe(403);
    const stream = await listen(`/api/decisions/${id}/stream?until=idle`, {}, bo);
    expect(JSON.stringify(stream)).not.toContain('0.7');
    await done(bo, `/${id}/forecasts`, { phase: 'prior', p: { go: 0.1, pilot: 0.2, wait: 0.3 }, leansTo: 'wait' });
    expect((await shown(bo, id)).forecasts).toHaveLength(2);
  });

  test('somebody who is taken out hears no more', async () => {
    const state = await joined(site.host, await scene(site.host, ada.id).initialised(), cy.id, 'observer');
    const headers = { authorization: `Bearer ${cy.token}` };
    const answer = await fetch(`${site.url}/api/decisions/${state.id}/stream`, { headers });
    expect(answer.status).toBe(200);
    await site.host.database.db.deleteFrom('decision_member').where('reader_id', '=', cy.id).execute();
    // It ends: else this would wait for ever.
    expect(await answer.text()).toContain('event: state');
  });

  test('a run of the bench is a run of the lab, and no other run is one', async () => {
    const fay = await person('Fay', ['run']);
    const send = (method: string, path: string, body?: unknown) =>
      fetch(`${site.url}/api${path}`, {
        method,
        headers: { authorization: `Bearer ${fay.token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const asked = await send('POST', '/bench/runs', { size: 'live' });
    expect([asked.status, await asked.clone().json()]).toMatchObject([202, { experiment: 'five-layer', size: 'live' }]);
    const { id } = (await asked.json()) as { id: string };
    for (const path of ['bench', 'lab'])
      expect(await (await send('GET', `/${path}/runs/${id}`)).json()).toMatchObject({ id, experiment: 'five-layer' });
    const other = await send('POST', '/lab/runs', { experiment: 'connectivity', size: 'live' });
    const { id: another } = (await other.json()) as { id: string };
    expect((await send('GET', `/bench/runs/${another}`)).status).toBe(404);
    for (const run of [id, another]) expect((await send('DELETE', `/lab/runs/${run}`)).status).toBe(200);
  });

  test('a token without the scope sees nothing, and what cannot be used is named', async () => {
    const eve = await person(
      'Eve',
      SCOPES.filter((scope) => scope !== 'decide'),
    );
    expect((await ask(eve, 'GET', '')).status).toBe(403);
    const { id } = await scene(site.host, ada.id).initialised();
    const answer = await ask(ada, 'POST', `/${id}/advance`, { step: 'freeze', input: { statement: '' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(((await answer.json()) as Json).detail).toMatch(/input\.statement: is missing/);
    expect((await ask(ada, 'POST', '', { title: 'About what?', paperId: '2601.99999' })).status).toBe(404);
    expect((await ask(ada, 'POST', '', { title: 'By whom?', endpoint: 'nobody' })).status).toBe(409);
  });
});

/** Each act, where programs do it, and something that can be used. */
const SENT: Readonly<Record<string, [string, unknown]>> = {
  contract: ['advance', { step: 'contract', input: { decides: 'A', mayDo: 'b', endsWhen: 'c' } }],
  biases: ['advance', { step: 'biases', input: { items: ['a', 'b', 'c'] } }],
  baseline: ['advance', { step: 'baseline' }],
  calibrate: ['advance', { step: 'calibrate' }],
  confirm: ['advance', { step: 'confirm' }],
  recalibrate: ['advance', { step: 'recalibrate' }],
  pause: ['advance', { step: 'pause', input: { reason: 'lunch' } }],
  resume: ['advance', { step: 'resume' }],
  replace: ['advance', { step: 'replace', input: { how: 'checklist' } }],
  ready: ['advance', { step: 'ready' }],
  withdraw: ['advance', { step: 'withdraw' }],
  cancel: ['advance', { step: 'cancel' }],
  say: ['turns', { text: 'Hello' }],
  evidence: ['evidence', { source: 'a', title: 'b', text: 'c', direction: 'for' }],
  'withdraw-evidence': ['evidence/E1?reason=wrong', {}],
  claim: ['claims/claim-1-1', { how: 'Looked up.' }],
  challenge: ['challenges', {}],
  resolve: ['challenges/challenge-1', { as: 'accepted', response: 'Yes.' }],
  forecast: ['forecasts', { phase: 'prior', p: { go: 0.5 }, leansTo: 'go' }],
  stakeholder: ['stakeholders', { name: 'A', impacts: [] }],
  sign: ['commit', { optionId: 'go', rationale: 'r', reviewOn: '2026-03-01' }],
  dissolve: ['dissolve', { kind: 'direction', reason: 'r' }],
  override: ['override', { reason: 'r' }],
  review: ['review', { outcome: 'o', resolutions: {} }],
  invite: ['invitations', { role: 'member' }],
  'take-back': ['invitations/some', {}],
  role: ['members/1', { role: 'observer' }],
  erase: ['events/3/erase', { reason: 'r', isSure: true }],
};
const DELETED: ReadonlySet<string> = new Set(['withdraw-evidence', 'take-back']);

const EVIDENCE = [
  'The method was tried on four regions and drew each of them in one day. The authors give the time for every region in a table. Two of the regions were chosen by others.',
  'Two readers have repeated it with the code that was released. One of them drew the same maps on a new machine. The other got maps with holes on an older one.',
];
