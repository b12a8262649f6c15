import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './dialects/index.ts';
import { holdLease, takeLease } from './lease.ts';
import { forkOnStore, storesUnderTest } from './testing.ts';

const LEADER = new URL('./testing/leader.ts', import.meta.url);

for (const store of storesUnderTest) {
  describe.skipIf(store.skip)(`leases on ${store.name}${store.skip ? ` (skipped: ${store.skip})` : ''}`, () => {
    let database: Database & { dispose(): Promise<void> };
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database?.dispose());

    test('a lease has one holder until it is released or runs out', async () => {
      let at = 1_000;
      const now = () => at;
      const first = await takeLease(database, 'pull', { ttlMs: 100, now });
      expect(first).toBeDefined();
      expect(await takeLease(database, 'pull', { ttlMs: 100, now })).toBeUndefined();
      at += 101;
      const second = await takeLease(database, 'pull', { ttlMs: 100, now });
      expect(second).toBeDefined();
      expect(await first?.renew()).toBe(false);
      await first?.release();
      expect(await second?.renew()).toBe(true);
      await second?.release();
      expect(await takeLease(database, 'pull', { ttlMs: 100, now })).toBeDefined();
    });

    test('a lease given up with a pause is nobody’s until the pause has passed', async () => {
      let at = 1_000;
      const now = () => at;
      const first = await takeLease(database, 'line', { ttlMs: 60_000, now });
      await first?.release({ pauseMs: 3_000 });
      at += 3_000;
      expect(await takeLease(database, 'line', { ttlMs: 60_000, now })).toBeUndefined();
      at += 1;
      expect(await takeLease(database, 'line', { ttlMs: 60_000, now })).toBeDefined();
    });

    test('of many that ask for a free lease at once, one gets it', async () => {
      const asked = Array.from({ length: 12 }, () => takeLease(database, 'rush', { ttlMs: 10_000 }));
      expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    });

    test('one process leads; when it is killed another does, and a stopped one hands over at once', async () => {
      const children = [1, 2].map(() => forkOnStore(LEADER, database));
      const leading = new Set<ChildProcess>();
      let mostAtOnce = 0;
      for (const child of children) {
        child.on('message', (message) => {
          if (message === 'held') leading.add(child);
          else leading.delete(child);
          mostAtOnce = Math.max(mostAtOnce, leading.size);
        });
      }
      await expect.poll(() => leading.size, { timeout: 10_000 }).toBe(1);
      const [first] = leading;
      const other = children.find((child) => child !== first) as ChildProcess;
      first.kill('SIGKILL');
      await once(first, 'exit');
      leading.delete(first);
      await expect.poll(() => leading.has(other), { timeout: 10_000 }).toBe(true);

      const third = forkOnStore(LEADER, database);
      third.on('message', (message) => message === 'held' && leading.add(third));
      other.send('stop');
      await expect.poll(() => leading.has(third), { timeout: 10_000 }).toBe(true);
      third.kill('SIGKILL');
      expect(mostAtOnce).toBe(1);
    }, 40_000);

    test('a holder whose lease went to another is told that it lost it', async () => {
      const events: string[] = [];
      const held = holdLease(database, 'stolen', {
        ttlMs: 300,
        onHeld: () => events.push('held'),
        onLost: () => events.push('lost'),
      });
      await expect.poll(() => events, { timeout: 5_000 }).toEqual(['held']);
      const stolen = { owner: 'another', until_at: Date.now() + 60_000 };
      await database.db.updateTable('lease').set(stolen).where('name', '=', 'stolen').execute();
      await expect.poll(() => events, { timeout: 5_000 }).toEqual(['held', 'lost']);
      await held.stop();
      expect(events).toEqual(['held', 'lost']);
    });
  });
}
