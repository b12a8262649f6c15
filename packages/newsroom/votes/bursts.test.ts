import { beforeEach, expect, test } from 'vitest';
import { createReader, vouchFor } from '../accounts/index.ts';
import { featuredOn, numbered, onEachStore, type TestSite } from '../editions/testing.ts';
import { changeVoteRule, decideBurst, openBursts, readVoteRule, setVote } from './index.ts';

const HOUR = 3_600_000;

onEachStore('the rule on votes', (opened) => {
  let site: TestSite;
  let admin: number;
  const paperKey = numbered(1);
  beforeEach(async () => {
    site = opened();
    await site.add(featuredOn('2025-12-30', [10, 20]));
    admin = await site.addReader('Admin');
  });

  const db = () => site.database.db;
  const votes = async () => {
    const paper = db().selectFrom('paper').select('reader_votes').where('arxiv_id', '=', paperKey);
    return (await paper.executeTakeFirstOrThrow()).reader_votes;
  };
  const young = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, i) => site.addReader(`new ${i}`, { ageDays: 1 })));
  const cast = (readerId: number, on = true) => setVote(site, { readerId, paperKey, on });
  /** The count that the audit adds up to. */
  const replayed = async () => {
    const rows = await db().selectFrom('vote_event').select('step').execute();
    return rows.reduce((sum, row) => sum + row.step, 0);
  };

  test('nine new accounts count; with the tenth all ten are held, whether they come one by one or at once', async () => {
    const readers = await young(10);
    for (const id of readers.slice(0, 9)) expect(await cast(id)).not.toHaveProperty('standing');
    expect(await votes()).toBe(9);
    expect(await cast(readers[9])).toEqual({ votes: 10, voted: true, standing: 'held' });
    expect(await votes()).toBe(0);
    expect(await replayed()).toBe(0);
    const [burst] = await openBursts(db());
    expect(burst).toMatchObject({ paper: { key: paperKey } });
    expect(burst.votes.map((vote) => vote.readerId).sort()).toEqual(readers.sort());
  });

  test('of a burst that comes in one moment nothing counts, and every answer says so', async () => {
    const answers = await Promise.all((await young(30)).map((id) => cast(id)));
    expect(await votes()).toBe(0);
    expect(await replayed()).toBe(0);
    expect((await openBursts(db()))[0].votes).toHaveLength(30);
    // Those stored before the tenth were told that they count, and did until then.
    expect(answers.filter((answer) => 'standing' in answer).length).toBeGreaterThanOrEqual(20);
  });

  test('older accounts are never held, not even while a burst is under review', async () => {
    for (const id of await young(10)) await cast(id);
    const old = await site.addReader('Old');
    expect(await cast(old)).toEqual({ votes: 11, voted: true });
    expect(await votes()).toBe(1);
  });

  test('votes that trickle in over hours are no burst', async () => {
    for (const id of await young(12)) {
      expect(await cast(id)).not.toHaveProperty('standing');
      site.setNow(site.now() + HOUR / 5);
    }
    expect(await votes()).toBe(12);
  });

  test('a held vote can be taken back and cast again, and stays held', async () => {
    const readers = await young(11);
    for (const id of readers) await cast(id);
    expect(await cast(readers[0], false)).toEqual({ votes: 10, voted: false, standing: 'held' });
    expect(await cast(readers[0])).toEqual({ votes: 10, voted: true, standing: 'held' });
    expect(await votes()).toBe(0);
  });

  test('released, all of them count, and the next new account does too', async () => {
    for (const id of await young(12)) await cast(id);
    const [{ id: burstId }] = await openBursts(db());
    const decision = { burstId, actorId: admin, decision: 'released' } as const;
    const decided = await Promise.all([decideBurst(site, decision), decideBurst(site, decision)]);
    expect(decided.sort()).toEqual([12, undefined]);
    expect(await votes()).toBe(12);
    expect(await replayed()).toBe(12);
    site.setNow(site.now() + 1);
    expect(await cast((await young(1))[0])).toEqual({ votes: 23, voted: true });
    expect(await openBursts(db())).toEqual([]);
  });

  test('set aside, none of them ever counts: not by voting again, and not by being taken back', async () => {
    const readers = await young(10);
    for (const id of readers) await cast(id);
    const [{ id: burstId }] = await openBursts(db());
    expect(await decideBurst(site, { burstId, actorId: admin, decision: 'discarded' })).toBe(10);
    for (const on of [true, false, true]) expect(await cast(readers[3], on)).toEqual({ discarded: true });
    expect(await votes()).toBe(0);
    expect(await replayed()).toBe(0);
    const log = await db().selectFrom('audit_event').select(['action', 'actor_id']).execute();
    expect(log).toEqual([{ action: 'burst.discarded', actor_id: admin }]);
  });

  test('an account that is not confirmed waits: its votes count when it is, and a withdrawal before leaves no trace in the count', async () => {
    const reader = await createReader(db(), { name: 'Eve', isConfirmed: false }, site.now() - 100 * 24 * HOUR);
    expect(await cast(reader.id)).toEqual({ votes: 10, voted: true, standing: 'waiting' });
    const other = { readerId: reader.id, paperKey: numbered(2) };
    await setVote(site, { ...other, on: true });
    expect(await setVote(site, { ...other, on: false })).toEqual({ votes: 20, voted: false, standing: 'waiting' });
    expect(await votes()).toBe(0);
    await vouchFor(site, admin, reader.id);
    expect(await votes()).toBe(1);
    expect(await replayed()).toBe(1);
    expect(await cast(reader.id, false)).toEqual({ votes: 10, voted: false });
  });

  test('accounts that wait and are confirmed together are a burst like any other', async () => {
    const readers = [];
    for (let i = 0; i < 12; i++) readers.push(await createReader(db(), { isConfirmed: false }, site.now()));
    for (const { id } of readers) await cast(id);
    for (const { id } of readers) await vouchFor(site, admin, id);
    expect(await votes()).toBe(0);
    expect((await openBursts(db()))[0].votes).toHaveLength(12);
  });

  test('the rule is the administrator’s to change, within reason, and each change is in the log', async () => {
    for (const wrong of [
      {},
      { most: 1, windowMinutes: 60, youngDays: 7 },
      { most: 10, windowMinutes: 0, youngDays: 7 },
    ])
      expect(await changeVoteRule(site, admin, wrong)).toEqual(expect.any(String));
    const rule = { most: 3, windowMinutes: 10, youngDays: 2 };
    expect(await changeVoteRule(site, admin, rule)).toBeUndefined();
    expect(await readVoteRule(db())).toEqual(rule);
    const answers = [];
    for (const id of await young(3)) answers.push(await cast(id));
    expect(answers.at(-1)).toHaveProperty('standing', 'held');
    const log = await db().selectFrom('audit_event').select('detail_json').executeTakeFirstOrThrow();
    expect(JSON.parse(log.detail_json)).toMatchObject({ to: rule });
  });
});
