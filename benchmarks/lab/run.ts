/**
 * The lab in Chromium: from the press of Run to the first curve, the first verdicts (the linear network's) and the last
 * ones (the recurrent network's); with one worker and with two, alternating; and what is fetched when.
 *
 *   node benchmarks/lab/run.ts [ROUNDS]
 */
import { readdirSync, statSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { launch } from '../../apps/site/e2e/site.ts';
import { startServer } from '../../apps/site/server.ts';
import { temporarySqlite } from '../../packages/database/testing.ts';
import { markPapers } from '../../packages/newsroom/lab/index.ts';
import { mergeRecords } from '../../packages/newsroom/papers/index.ts';
import { hostOn } from '../../packages/newsroom/testing/host.ts';
import { median } from '../statistics.ts';

const PAPER = '2310.08513';
const rounds = Number(process.argv[2] ?? 3);

const database = await temporarySqlite();
const host = await hostOn(database);
const record = {
  source: 'arxiv-api',
  arxivId: PAPER,
  title: 'How connectivity structure shapes rich and lazy learning',
};
await mergeRecords(database, [record] as Parameters<typeof mergeRecords>[1], { now: host.now(), today: '2026-01-15' });
await markPapers(host);
const server = await startServer(host, { port: 0 });
await server.prepareRuntime();
const address = new URL(`/papers/${PAPER}/lab`, server.address).href;
const browser = await launch();

console.log(`${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before`);
const fetched = await sizes(browser);
console.log(`before Run: ${kB(fetched.before)} of scripts; the lab's own: ${kB(fetched.player)} gzipped`);
console.log(`on the first Run also: ${kB(fetched.runtime)} of ONNX Runtime, compressed`);

const results = new Map<number, Times[]>([
  [1, []],
  [2, []],
]);
for (let round = 0; round < rounds; round++)
  for (const [workers, times] of results) times.push(await time(browser, workers));
for (const [workers, times] of results) {
  console.log(`\n${workers} ${workers === 1 ? 'worker' : 'workers'}, seconds after Run: median (range of ${rounds})`);
  for (const [label, key] of [
    ['first curve', 'curve'],
    ['first verdicts: the linear network', 'linear'],
    ['all verdicts: the recurrent network too', 'done'],
    ['processor time of all Chromium until first verdicts', 'linearCpu'],
    ['processor time of all Chromium until all verdicts', 'doneCpu'],
    ['longest time that the page did not answer', 'frozen'],
  ] as const) {
    const values = times.map((t) => t[key] / 1000);
    console.log(
      `  ${label.padEnd(54)} ${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)})`,
    );
  }
}
console.log(`load ${loadavg()[0].toFixed(1)} after`);
await browser.close();
await server.close();
await database.dispose();

interface Times {
  curve: number;
  linear: number;
  done: number;
  frozen: number;
  linearCpu: number;
  doneCpu: number;
}

/** One run with the runtime cached: the browser has run once before, in the same profile. */
async function time(browser: Browser, workers: number): Promise<Times> {
  const context = await browser.newContext();
  await context.addInitScript(`Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${workers} })`);
  const page = await context.newPage();
  await page.goto(address);
  // Fetches the runtime, then is stopped: what is timed is the second Run.
  await page.locator('[data-lab] button[data-run]').click();
  await page
    .locator('[data-running] [data-figures] svg circle')
    .first()
    .waitFor({ state: 'attached', timeout: 60_000 });
  await page.locator('[data-lab] button[data-run]').click();
  await page.reload();
  await page.evaluate(() => {
    const seen = { at: performance.now(), longest: 0 };
    Object.assign(window, { seen });
    setInterval(() => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.at - 10);
      seen.at = now;
    }, 10);
  });
  const cpuBefore = await processorMs(browser);
  await page.locator('[data-lab] button[data-run]').click();
  const verdict = () => performance.getEntriesByName('lab-first-verdict').length > 0;
  await page.waitForFunction(verdict, undefined, { timeout: 300_000 });
  const linearCpu = (await processorMs(browser)) - cpuBefore;
  await page.locator('[data-status][data-state="done"]').waitFor({ timeout: 300_000 });
  const doneCpu = (await processorMs(browser)) - cpuBefore;
  const times = await page.evaluate(() => {
    const at = (name: string) => performance.getEntriesByName(name).at(-1)?.startTime ?? Number.NaN;
    const press = at('lab-press');
    return {
      curve: at('lab-first-curve') - press,
      linear: at('lab-first-verdict') - press,
      done: at('lab-done') - press,
      frozen: (window as unknown as { seen: { longest: number } }).seen.longest,
    };
  });
  await context.close();
  return { ...times, linearCpu, doneCpu };
}

/** What the browser's processes have used so far; on a busy machine it says more than the clock. */
async function processorMs(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
}

/** Bytes over the wire, compressed: scripts before Run, the player's files, the runtime. */
async function sizes(browser: Browser): Promise<{ before: number; player: number; runtime: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address, { waitUntil: 'networkidle' });
  const before = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((e) => e.name.endsWith('.js'))
      .reduce((sum, e) => sum + (e as PerformanceResourceTiming).encodedBodySize, 0),
  );
  await context.close();
  const folder = fileURLToPath(new URL('../../apps/site/build/client/player/', import.meta.url));
  const player = readdirSync(folder)
    .filter((name) => name.endsWith('.gz'))
    .reduce((sum, name) => sum + statSync(folder + name).size, 0);
  const facts = (await (await fetch(new URL('/runtime/index.json', server.address))).json()) as {
    base: string;
    builds: { wasm: { binary: string } };
  };
  const binary = await fetch(new URL(facts.base + facts.builds.wasm.binary, server.address), {
    method: 'HEAD',
    headers: { 'accept-encoding': 'br' },
  });
  return { before, player, runtime: Number(binary.headers.get('content-length')) };
}

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
