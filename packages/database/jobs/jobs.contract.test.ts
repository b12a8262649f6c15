import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../dialects/index.ts';
import { forkOnStore, storesUnderTest } from '../testing.ts';
import { type JobContext, type Jobs, openJobs } from './index.ts';
import { pauseMs } from './jobs.ts';

const WORKER = new URL('../testing/job-worker.ts', import.meta.url);
/** The shortest lease that pg-boss takes; see jobs.ts. */
const SHORTEST_LEASE_MS = { sqlite: 500, postgres: 10_000 };

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`jobs on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Database & { dispose(): Promise<void> };
    let jobs: Jobs;
    beforeAll(async () => {
      database = await store.open();
      jobs = await openJobs(database);
    });
    afterAll(async () => {
      await jobs?.close();
      await database?.dispose();
    });

    test('each job is done once, in the order it was added, with the payload it was given', async () => {
      const payloads = [{ title: 'Ünïcödé 数学' }, null, [1, 'two'], 4];
      for (const payload of payloads) await jobs.enqueue('order', payload);
      const seen: unknown[] = [];
      const worker = await jobs.work('order', async (payload) => void seen.push(payload), { pollMs: 50 });
      await expect.poll(() => seen.length, { timeout: 5_000 }).toBe(4);
      await worker.stop();
      expect(seen).toEqual(payloads);
      expect(await jobs.counts('order')).toEqual({ queued: 0, running: 0, done: 4, failed: 0 });
    });

    test('a singleton key is taken while its job is queued or running, and free once it is done', async () => {
      const add = () => jobs.enqueue('single', {}, { singletonKey: 'k' });
      expect(await Promise.all([add(), add(), add()]).then((all) => all.filter(Boolean).length)).toBe(1);
      expect(await jobs.enqueue('single', {}, { singletonKey: 'other' })).toBe(true);
      expect(await jobs.enqueue('single', {})).toBe(true);
      expect(await jobs.enqueue('single', {})).toBe(true);
      const whileRunning: boolean[] = [];
      const worker = await jobs.work('single', async () => void whileRunning.push(await add()), { pollMs: 50 });
      await expect.poll(async () => (await jobs.counts('single')).done, { timeout: 5_000 }).toBeGreaterThanOrEqual(4);
      await worker.stop();
      expect(whileRunning[0]).toBe(false);
      expect(whileRunning).toContain(true);
    });

    test('a job is not begun before its time', async () => {
      await jobs.enqueue('later', 'late', { runAt: Date.now() + 1_200 });
      await jobs.enqueue('later', 'now');
      const seen: [unknown, number][] = [];
      const addedAt = Date.now();
      const worker = await jobs.work('later', async (payload) => void seen.push([payload, Date.now() - addedAt]), {
        pollMs: 50,
      });
      await expect.poll(() => seen.length, { timeout: 5_000 }).toBe(2);
      await worker.stop();
      expect(seen.map(([payload]) => payload)).toEqual(['now', 'late']);
      expect(seen[1][1]).toBeGreaterThan(1_000);
    });

    test('a failed job waits before it is tried again, and after its last attempt it is failed and says why', async () => {
      const askedAt = Date.now();
      await jobs.enqueue('failing', 'again', { maxAttempts: 2 });
      await jobs.enqueue('failing', 'once', { maxAttempts: 1 });
      const worker = await jobs.work(
        'failing',
        async () => {
          throw new Error('the mail server is away');
        },
        { pollMs: 50 },
      );
      await expect
        .poll(() => jobs.counts('failing'), { timeout: 5_000 })
        .toEqual({ queued: 1, running: 0, done: 0, failed: 1 });
      await worker.stop();
      const byPayload = Object.fromEntries((await jobs.list('failing')).map((job) => [String(job.payload), job]));
      expect(byPayload.once).toMatchObject({ state: 'failed', attempts: 1, lastError: 'the mail server is away' });
      expect(byPayload.again).toMatchObject({ state: 'queued', attempts: 1, maxAttempts: 2 });
      expect(byPayload.again.lastError).toBe('the mail server is away');
      // pg-boss spreads its pauses: between half of ours and the whole.
      expect(byPayload.again.runAt - askedAt).toBeGreaterThanOrEqual(pauseMs(1) / 2);
    });

    test('as many jobs as asked for are in hand at once, and no more', async () => {
      let inHand = 0;
      let most = 0;
      let done = 0;
      for (let i = 0; i < 8; i++) await jobs.enqueue('wide', i);
      const worker = await jobs.work(
        'wide',
        async () => {
          most = Math.max(most, ++inHand);
          await new Promise((resolve) => setTimeout(resolve, 40));
          inHand--;
          done++;
        },
        { concurrency: 3, pollMs: 50 },
      );
      await expect.poll(() => done, { timeout: 5_000 }).toBe(8);
      await worker.stop();
      expect(most).toBe(3);
    });

    test('stopping aborts the signal, waits for the job in hand, and begins no other', async () => {
      const events: string[] = [];
      await jobs.enqueue('stopping', 1);
      await jobs.enqueue('stopping', 2);
      let began = () => {};
      const begun = new Promise<void>((resolve) => {
        began = resolve;
      });
      const worker = await jobs.work(
        'stopping',
        async (_payload, { signal }) => {
          began();
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          await new Promise((resolve) => setTimeout(resolve, 50));
          events.push('job ended');
        },
        { pollMs: 50 },
      );
      await begun;
      await worker.stop();
      events.push('stopped');
      expect(events).toEqual(['job ended', 'stopped']);
      expect(await jobs.counts('stopping')).toEqual({ queued: 1, running: 0, done: 1, failed: 0 });
    });

    test('several processes share a queue: every job is done, none twice', async () => {
      const children = [1, 2].map(() => forkOnStore(WORKER, database, { QUEUE: 'shared' }));
      const taken: unknown[] = [];
      for (const child of children) child.on('message', (m: { taken?: unknown }) => m.taken && taken.push(m.taken));
      await Promise.all(children.map(isReady));
      for (let i = 0; i < 40; i++) await jobs.enqueue('shared', { i });
      await expect.poll(() => taken.length, { timeout: 15_000 }).toBe(40);
      await Promise.all(children.map(ended));
      expect(new Set(taken.map((t) => (t as { i: number }).i)).size).toBe(40);
      expect((await jobs.counts('shared')).done).toBe(40);
    }, 30_000);

    test.concurrent('a job whose worker was killed is taken up by another when its lease has run out', async () => {
      const leaseMs = SHORTEST_LEASE_MS[database.name];
      const child = forkOnStore(WORKER, database, { QUEUE: 'killed', LEASE_MS: String(leaseMs) });
      await isReady(child);
      const taken = once(child, 'message');
      await jobs.enqueue('killed', { hang: true }, { singletonKey: 'one' });
      await taken;
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await jobs.counts('killed')).toMatchObject({ queued: 0, running: 1 });
      const done: unknown[] = [];
      const worker = await jobs.work('killed', async (p) => void done.push(p), { leaseMs, pollMs: 100 });
      await expect.poll(() => done, { timeout: 45_000 }).toEqual([{ hang: true }]);
      await worker.stop();
      expect(await jobs.list('killed')).toMatchObject([{ state: 'done', attempts: 2 }]);
    }, 60_000);

    test.concurrent('a job longer than its lease keeps it while its worker lives', async () => {
      const leaseMs = SHORTEST_LEASE_MS[database.name];
      let begun = 0;
      let lost = 0;
      const handler = async (_payload: unknown, { signal, extendLease }: JobContext) => {
        begun++;
        signal.addEventListener('abort', () => lost++);
        await extendLease();
        await new Promise((resolve) => setTimeout(resolve, leaseMs * 1.6));
      };
      const workers = [await jobs.work('long', handler, { leaseMs, pollMs: 100 })];
      await jobs.enqueue('long', 1);
      workers.push(await jobs.work('long', handler, { leaseMs, pollMs: 100 }));
      await expect.poll(async () => (await jobs.counts('long')).done, { timeout: 45_000 }).toBe(1);
      expect({ begun, lost }).toEqual({ begun: 1, lost: 0 });
      await Promise.all(workers.map((worker) => worker.stop()));
    }, 60_000);
  });
}

describe('jobs on sqlite, with a clock that the test sets', () => {
  test('a job that takes its worker down each time is failed after its last attempt', async () => {
    const database = await storesUnderTest[0].open();
    const jobs = await openJobs(database);
    await jobs.enqueue('poison', {}, { maxAttempts: 2 });
    // What two workers that were killed leave behind.
    const dead = { state: 'running', attempts: 2, lease_owner: 'dead', leased_until: Date.now() - 1 } as const;
    await database.db.updateTable('job').set(dead).execute();
    let begun = 0;
    const worker = await jobs.work('poison', async () => void begun++, { pollMs: 20 });
    await expect.poll(async () => (await jobs.counts()).failed, { timeout: 5_000 }).toBe(1);
    await worker.stop();
    expect(begun).toBe(0);
    expect((await jobs.list('poison'))[0].lastError).toContain('without a word on attempt 2 of 2');
    await database.dispose();
  });

  test('done jobs are swept out after a week', async () => {
    const database = await storesUnderTest[0].open();
    let at = Date.parse('2026-01-01T00:00:00Z');
    const jobs = await openJobs(database, { now: () => at });
    await jobs.enqueue('old', 1);
    const first = await jobs.work('old', async () => undefined, { pollMs: 20 });
    await expect.poll(async () => (await jobs.counts()).done, { timeout: 5_000 }).toBe(1);
    await first.stop();
    at += 8 * 24 * 3_600_000;
    const second = await jobs.work('old', async () => undefined, { pollMs: 20 });
    await expect.poll(async () => (await jobs.counts()).done, { timeout: 5_000 }).toBe(0);
    await second.stop();
    await database.dispose();
  });
});

async function isReady(child: ChildProcess): Promise<void> {
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ ready?: boolean }];
    if (message.ready) return;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.send('stop');
  await exit;
}
