import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Database } from '@broadsheet/database';
import { type Jobs, openJobs } from '@broadsheet/database/jobs';
import { storesUnderTest } from '@broadsheet/database/testing';
import { isIntact } from '@broadsheet/experiments';
import { experiment } from '@broadsheet/experiments/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mergeRecords } from '../papers/index.ts';
import { hostOn } from '../testing/host.ts';
import {
  askForRun,
  cancelRun,
  claimStates,
  equip,
  findRecorded,
  findRun,
  followRun,
  laboratoryOf,
  markPapers,
  recordedRuns,
  resultOf,
  startLabWorker,
} from './index.ts';
import { piLab, recordPi } from './testing/pi-lab.ts';

const ADDRESS = '203.0.113.7';
const SLOW = { pauseMs: 40 };

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`the lab on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Database & { dispose(): Promise<void> };
    let host: Awaited<ReturnType<typeof hostOn>>;
    let jobs: Jobs;
    let lab: Awaited<ReturnType<typeof piLab>>;
    const endings: (() => Promise<void> | void)[] = [];
    beforeEach(async () => {
      database = await store.open();
      host = await hostOn(database);
      jobs = await openJobs(database);
      lab = await piLab();
      equip(host, lab);
    });
    afterEach(async () => {
      for (const end of endings.splice(0)) await end();
      await jobs.close();
      await host.close();
      await database.dispose();
      lab.dispose();
    });
    const ask = (parameters: Record<string, unknown> = {}, address = ADDRESS, readerId?: number) =>
      askForRun(host, jobs, { experiment: 'pi', size: 'live', parameters }, { address, readerId });
    async function taken(parameters?: Record<string, unknown>, address?: string) {
      const asked = await ask(parameters, address);
      if (!('run' in asked)) throw new Error(JSON.stringify(asked.refusal));
      return asked.run.id;
    }
    const work = async (onProcess?: (pid: number) => void) => {
      const worker = await startLabWorker(host, jobs, { pollMs: 50, onProcess });
      endings.push(() => worker.stop());
      return worker;
    };
    const ended = (id: string) => expect.poll(async () => (await findRun(host, id))?.state, { timeout: 20_000 });

    test('a run is carried out in its own process and comes to what the same run comes to here', async () => {
      const id = await taken();
      const version = host.contentVersion();
      await work();
      await ended(id).toBe('done');
      const result = await resultOf(host, id);
      expect(result && isIntact(result)).toBe(true);
      // Not the hash: it also holds the executor, which is another where ONNX Runtime is installed.
      expect(result?.outcomes).toEqual((await recordPi('live')).outcomes);
      expect(result?.verdicts.map((v) => v.verdict)).toEqual(['inconclusive', 'not supported', 'not run']);
      // Nothing was recorded: the claims' states are now those of this run, and kept pages are made anew.
      await expect.poll(() => host.contentVersion()).toBeGreaterThan(version);
      const [first] = await claimStates(host, experiment);
      expect(first).toMatchObject({ size: 'live', isStale: false, runId: id, verdict: { verdict: 'inconclusive' } });
    });

    test('a process that is killed is started again and goes on from the stored parts', async () => {
      const id = await taken(SLOW);
      let pid = 0;
      let starts = 0;
      await work((started) => {
        starts += 1;
        pid = started;
      });
      const units = () => database.db.selectFrom('lab_unit').select('key').where('run_id', '=', id).execute();
      await expect.poll(async () => (await units()).length, { timeout: 20_000 }).toBeGreaterThan(0);
      const stored = new Set((await units()).map((unit) => unit.key));
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => starts, { timeout: 10_000 }).toBe(2);
      expect((await units()).map((unit) => unit.key)).toEqual(expect.arrayContaining([...stored]));
      await ended(id).toBe('done');
      expect((await findRun(host, id))?.attempts).toBe(2);
      expect((await resultOf(host, id))?.outcomes).toEqual((await recordPi('live', SLOW)).outcomes);
    });

    test('a run whose process is lost again and again at the same place fails and says so', async () => {
      const id = await taken({ pauseMs: 500 });
      await work((pid) => void setTimeout(() => process.kill(pid, 'SIGKILL'), 50));
      await ended(id).toBe('failed');
      expect((await findRun(host, id))?.said).toMatch(/lost 3 times.*SIGKILL/);
    });

    test('a cancelled run ends soon, and one that waits at once', async () => {
      const [first, second] = [await taken({ pauseMs: 1_000 }), await taken()];
      await work();
      await ended(first).toBe('running');
      expect((await cancelRun(host, second))?.state).toBe('cancelled');
      await cancelRun(host, first);
      await ended(first).toBe('cancelled');
      expect(await cancelRun(host, 'no-such-run')).toBeUndefined();
    });

    test('a worker that stops leaves the run to the next, which goes on with it', async () => {
      const id = await taken(SLOW);
      const first = await work();
      await expect
        .poll(
          () =>
            database.db
              .selectFrom('lab_unit')
              .select('key')
              .execute()
              .then((rows) => rows.length),
          { timeout: 20_000 },
        )
        .toBeGreaterThan(0);
      await first.stop();
      expect((await findRun(host, id))?.state).toBe('running');
      // The job itself comes back after a pause; what it does then is this.
      await jobs.enqueue('lab', { run: id }, { singletonKey: 'now' });
      await work();
      await ended(id).toBe('done');
      expect((await findRun(host, id))?.attempts).toBe(2);
    });

    test('who follows a run is told everything once, also after a lost connection', async () => {
      const id = await taken({ pauseMs: 20 });
      await work();
      const signal = new AbortController().signal;
      const seen: number[] = [];
      let points = 0;
      let last = 0;
      // The first connection breaks after three batches.
      for await (const batch of followRun(host, id, { signal, pollMs: 20 })) {
        if ('ended' in batch) break;
        last = batch.seq;
        seen.push(last);
        points += batch.events.filter((event) => event.type === 'point').length;
        if (seen.length === 3) break;
      }
      let ending: string | undefined;
      for await (const batch of followRun(host, id, { since: last, signal, pollMs: 20 })) {
        if ('ended' in batch) ending = batch.ended.state;
        else {
          seen.push(batch.seq);
          points += batch.events.filter((event) => event.type === 'point').length;
        }
      }
      expect(ending).toBe('done');
      expect(seen).toEqual(seen.map((_, i) => i + 1));
      expect(points).toBe((await resultOf(host, id))?.points.length);
    });

    test('what cannot be run is refused with every fault and its range', async () => {
      const asked = await ask({ darts: 3, target: 'moon', colour: 'red' });
      expect(asked).toMatchObject({
        refusal: { kind: 'faults', faults: [{ key: 'colour' }, { key: 'darts' }, { key: 'target' }] },
      });
      expect(JSON.stringify(asked)).toContain('a whole number from 100 to 1000000');
      const paper = await askForRun(host, jobs, { experiment: 'pi', size: 'paper', seeds: 51 }, { address: ADDRESS });
      expect(JSON.stringify(paper)).toMatch(/server runs pi at live or full.*for the command.*from 1 to 50/s);
      expect(await askForRun(host, jobs, { experiment: 'tau', size: 'live' }, { address: ADDRESS })).toMatchObject({
        refusal: { kind: 'unknown' },
      });
    });

    test('one address has two runs in hand and twelve an hour, and is told when to come back', async () => {
      await taken();
      await taken();
      expect(await ask()).toMatchObject({ refusal: { kind: 'busy', retryAfterSeconds: 60 } });
      // Another address is another reader; one household is one.
      await taken({}, '2001:db8:0:1::7');
      await taken({}, '2001:db8:0:1::8');
      expect(await ask({}, '2001:db8:0:1::9')).toMatchObject({ refusal: { kind: 'busy' } });
      await database.db.updateTable('lab_run').set({ state: 'cancelled' }).execute();
      for (let i = 0; i < 10; i++) await cancelRun(host, await taken());
      const refused = await ask();
      expect(refused).toMatchObject({ refusal: { kind: 'busy', retryAfterSeconds: 3_600 } });
      host.setNow(host.now() + 3_600_001);
      await taken();
    });

    test('eight that are asked for at once are held to the same as one after the other', async () => {
      const asked = await Promise.all(Array.from({ length: 8 }, () => ask()));
      expect(asked.filter((each) => 'run' in each)).toHaveLength(2);
    });

    test('a reader is held to the same wherever they are, and does not use up what others of the house have', async () => {
      expect(await ask({}, ADDRESS, 7)).toHaveProperty('run');
      expect(await ask({}, '198.51.100.9', 7)).toHaveProperty('run');
      expect(await ask({}, '198.51.100.10', 7)).toMatchObject({ refusal: { kind: 'busy', retryAfterSeconds: 60 } });
      expect(await ask({}, ADDRESS, 8)).toHaveProperty('run');
      expect(await ask()).toHaveProperty('run');
    });

    test('who asks many times at the same moment is given no more than one after the other', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
      expect(answers.filter((answer) => 'run' in answer)).toHaveLength(2);
    });

    test('a site takes so many runs and no more, or none where its operator said so', async () => {
      for (let i = 0; i < 20; i++) await taken({}, `203.0.113.${i}`);
      expect(await ask({}, '198.51.100.1')).toMatchObject({ refusal: { kind: 'busy', retryAfterSeconds: 300 } });
      const off = Object.assign(await hostOn(database, { env: { BROADSHEET_LAB_SERVER: 'off' } }));
      endings.push(() => off.close());
      equip(off, lab);
      expect(await askForRun(off, jobs, { experiment: 'pi', size: 'live' }, { address: ADDRESS })).toEqual({
        refusal: { kind: 'off' },
      });
    });

    test('papers are marked as running when their experiment is here, and only then', async () => {
      const records = [
        { source: 'arxiv-api', arxivId: '2601.00001', title: 'Darts' },
        { source: 'arxiv-api', arxivId: '2601.00002', title: 'Other', experiment: 'gone' },
      ];
      await mergeRecords(database, records as Parameters<typeof mergeRecords>[1], {
        now: host.now(),
        today: '2026-01-15',
      });
      const before = host.contentVersion();
      await markPapers(host);
      const papers = await database.db
        .selectFrom('paper')
        .select(['arxiv_id', 'experiment'])
        .orderBy('arxiv_id')
        .execute();
      expect(papers).toEqual([
        { arxiv_id: '2601.00001', experiment: 'pi' },
        { arxiv_id: '2601.00002', experiment: null },
      ]);
      expect(host.contentVersion()).toBeGreaterThan(before);
    });
  });
}

describe('recorded runs', () => {
  test('give claims their states, are marked stale when the code has changed, and refused when they were altered', async () => {
    const database = await storesUnderTest[0].open();
    const host = await hostOn(database);
    const lab = await piLab({ recorded: ['live', 'full'] });
    equip(host, lab);
    const experiment = await laboratoryOf(host).load('pi');
    if (!experiment) throw new Error('no experiment');
    const states = await claimStates(host, experiment);
    expect(states.map((s) => [s.claim.id, s.verdict?.verdict, s.size])).toEqual([
      ['C1', 'supported', 'full'],
      ['C2', 'not supported', 'full'],
      ['C3', 'supported', 'full'],
    ]);
    expect(findRecorded(host, 'recorded-pi-live')).toMatchObject({ isStale: false, result: { size: 'live' } });
    expect(findRecorded(host, 'recorded-pi-paper')).toBeUndefined();

    const later = await hostOn(database);
    equip(later, { ...lab, sourcesHash: () => 'changed since' });
    expect(findRecorded(later, 'recorded-pi-live')?.isStale).toBe(true);

    const other = await recordPi('full', { target: 'disc' });
    writeFileSync(new URL('full.disc.json', lab.recordedFolder('pi')), JSON.stringify(other));
    const beside = await hostOn(database);
    equip(beside, lab);
    expect(recordedRuns(beside, 'pi').map(({ id, variant }) => [id, variant])).toEqual([
      ['recorded-pi-full', undefined],
      ['recorded-pi-live', undefined],
      ['recorded-pi-full-disc', 'disc'],
    ]);
    expect(findRecorded(beside, 'recorded-pi-full-disc')?.result.hash).toBe(other.hash);
    expect((await claimStates(beside, experiment)).map(({ runId }) => runId)).not.toContain('recorded-pi-full-disc');
    await beside.close();

    const confirmed = async (facts: object) => {
      const record = (await recordPi('live')).hash;
      const confirmation = {
        format: 1,
        record,
        sourcesHash: 'changed since',
        parts: ['all'],
        of: 1,
        measures: 6,
        ...facts,
      };
      writeFileSync(new URL('live.confirmed.json', lab.recordedFolder('pi')), JSON.stringify(confirmation));
      const again = await hostOn(database);
      equip(again, { ...lab, sourcesHash: () => 'changed since' });
      const run = findRecorded(again, 'recorded-pi-live');
      await again.close();
      return run;
    };
    expect(await confirmed({})).toMatchObject({ isStale: false, confirmation: { measures: 6 } });
    for (const other of [{ record: 'another' }, { sourcesHash: 'changed once more' }, { measures: 0 }])
      expect(await confirmed(other)).toMatchObject({ isStale: true, confirmation: undefined });

    const altered = { ...(await recordPi('live')), seeds: [1] };
    writeFileSync(new URL('live.json', lab.recordedFolder('pi')), JSON.stringify(altered));
    const third = await hostOn(database);
    equip(third, lab);
    expect(findRecorded(third, 'recorded-pi-live')).toBeUndefined();
    expect(fileURLToPath(lab.recordedFolder('pi'))).toContain('broadsheet-recorded');
    for (const h of [host, later, third]) await h.close();
    await database.dispose();
    lab.dispose();
  });
});
