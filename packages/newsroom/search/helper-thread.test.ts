import type { StoreAddress } from '@broadsheet/database';
import { afterEach, expect, test } from 'vitest';
import { HelperThread } from './helper-thread.ts';

const store: StoreAddress = { name: 'sqlite', file: ':memory:' };
let helper: HelperThread<{ store: StoreAddress }, number>;
const start = (options?: { idleMs: number }) => {
  helper = new HelperThread(new URL('./testing/telling-thread.ts', import.meta.url), 'telling', options);
};
const ask = async () => {
  const heard: number[] = [];
  await helper.ask({ store }, (said) => heard.push(said));
  return heard;
};
afterEach(() => helper.stop());

test('one thread answers all questions', async () => {
  start();
  const [first, second] = await Promise.all([ask(), ask()]);
  expect(first).toHaveLength(1);
  expect([second, await ask()]).toEqual([first, first]);
});

test('one that was idle for as long as it may be ends, and the next question has another', async () => {
  start({ idleMs: 1 });
  const first = await ask();
  await expect.poll(ask, { timeout: 10_000 }).not.toEqual(first);
  // The end of an earlier thread is no failure of the one that answers now.
  for (let i = 0; i < 5; i++) expect(await ask()).toHaveLength(1);
});
