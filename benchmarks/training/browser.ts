/**
 * A training step in Chromium: our engine on onnxruntime-web against TensorFlow.js (WebAssembly) and jax-js's own
 * WebAssembly, alternating in one run. `node benchmarks/training/browser.ts [threads]`, after `npm ci` in benchmarks/.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { median, summary } from '../statistics.ts';

const ROUNDS = 5;
const LIMIT_MS = 30_000;
const STEPS = { mlp: 10, 'rnns-20': 10 } as const;
const threads = Number(process.argv[2] ?? 1);
const here = import.meta.dirname;
const root = join(here, '..', '..');
const bundle = join(here, '..', 'results', 'browser');

for (const peer of ['peer-engine.ts', 'peer-tfjs.mjs'])
  await build({
    root: here,
    logLevel: 'warn',
    resolve: { conditions: ['browser', 'import', 'default'] },
    build: {
      outDir: bundle,
      emptyOutDir: false,
      lib: { entry: join(here, peer), formats: ['es'], fileName: () => peer.replace(/\.m?[jt]s$/, '.js') },
    },
  });

const folders: Record<string, string> = {
  ort: join(root, 'native', 'node_modules', 'onnxruntime-web', 'dist'),
  tfjs: join(here, '..', 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist'),
  bundle,
};
const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};
const server = createServer((request, response) => {
  const [, folder, ...rest] = new URL(request.url ?? '/', 'http://x').pathname.split('/');
  // Cross-origin isolated, so that WebAssembly may use threads; with one, tfjs is kept from starting workers all the same.
  if (threads > 1) {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
  }
  const file = folders[folder] && join(folders[folder], rest.join('/'));
  if (!file || !existsSync(file)) {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>benchmark</title>');
    return;
  }
  response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
  response.end(readFileSync(file));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--enable-unsafe-webgpu', '--enable-features=Vulkan'],
});
const open = async (file: string, query: string) => {
  const page = await browser.newPage();
  await page.goto(`${origin}/?threads=${threads}&${query}`);
  await page.evaluate(async (url) => Object.assign(globalThis, await import(url)), `/bundle/${file}.js`);
  return {
    run: (workload: string, steps: number): Promise<number> =>
      page.evaluate(([w, s]) => (globalThis as never as Global).peer.run(w, s), [workload, steps] as const),
    description: () => page.evaluate(() => (globalThis as never as Global).peer.description()),
  };
};
interface Global {
  peer: { run(workload: string, steps: number): Promise<number>; description(): string };
}

const PAGES: Record<string, [file: string, query: string]> = {
  ours: ['peer-engine', 'executor=wasm'],
  'ours, 10 steps a call': ['peer-engine', 'executor=wasm&together=10'],
  tfjs: ['peer-tfjs', ''],
  'jax-js': ['peer-engine', 'executor=reference'],
  webgpu: ['peer-engine', 'executor=webgpu'],
};
const pages: Record<string, Awaited<ReturnType<typeof open>>> = {};
for (const [name, [file, query]] of Object.entries(PAGES)) pages[name] = await open(file, query);
for (const [workload, steps] of Object.entries(STEPS)) {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(pages).map((name) => [name, []]));
  const failed: Record<string, string> = {};
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, page] of Object.entries(pages)) {
      if (failed[name]) continue;
      try {
        const ms = await Promise.race([page.run(workload, steps), tooLong()]);
        if (round > 0) times[name].push(ms); // the first round warms up
      } catch (cause) {
        failed[name] = (cause as Error).message.split('\n')[0];
      }
    }
  }
  process.stdout.write(`${workload}, ${threads} threads, ms a step: median (range) of ${ROUNDS} rounds\n`);
  for (const [name, page] of Object.entries(pages)) {
    if (failed[name]) process.stdout.write(`  ${name}: ${failed[name]}\n`);
    else {
      const ratio = (median(times[name]) / median(times.ours)).toFixed(2);
      process.stdout.write(`  ${name} (${await page.description()}): ${summary(times[name])}, ${ratio} × ours\n`);
    }
  }
}
await browser.close();
server.close();

/** A browser that offers WebGPU without a GPU may never answer. */
function tooLong(): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${LIMIT_MS / 1000} s`)), LIMIT_MS).unref();
  });
}
