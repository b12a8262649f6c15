import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNativeFolder } from '@broadsheet/newsroom/lab';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from './site.ts';

const native = findNativeFolder();
const PAGE =
  '<!doctype html><title>executors</title><script type="module">import * as page from "/bundle/page.js"; Object.assign(window, page);</script>';
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

interface Page {
  run(module: string, folder: string): Promise<{ name: string; fault?: string }[] | string>;
}

describe.skipIf(!native)(`executors of a browser${native ? '' : ' (skipped: no folder "native")'}`, () => {
  let folder: string;
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-executors-'));
    await build({
      ...{ configFile: false, logLevel: 'warn', root: import.meta.dirname },
      resolve: { conditions: ['browser', 'import', 'default'] },
      build: {
        outDir: folder,
        emptyOutDir: true,
        lib: {
          entry: fileURLToPath(new URL('../../../packages/engine/executors/testing/page.ts', import.meta.url)),
          formats: ['es'],
          fileName: () => 'page.js',
        },
      },
    });
    const runtime = join(native as string, 'node_modules', 'onnxruntime-web', 'dist');
    server = createServer((request, response) => {
      const [, place, name] = new URL(request.url ?? '/', 'http://x').pathname.split('/');
      response.setHeader('content-type', TYPES[extname(name ?? '')] ?? 'text/html');
      if (!name) return void response.end(PAGE);
      response.end(readFileSync(join(place === 'runtime' ? runtime : folder, name)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // Without a GPU, Chromium computes WebGPU on the processor: slowly, but with the same shaders.
    browser = await launch('--enable-unsafe-webgpu', '--enable-features=Vulkan', '--use-webgpu-adapter=swiftshader');
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  // WebAssembly has its turn in Node, where it runs the same build.
  test('WebGPU agrees with the interpreter and with finite differences', async ({ skip }) => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.waitForFunction(() => 'run' in window);
    const outcomes = await page.evaluate(() =>
      (window as never as Page).run(`${location.origin}/runtime/ort.webgpu.min.mjs`, '/runtime/'),
    );
    await page.close();
    if (typeof outcomes === 'string') return skip(outcomes);
    expect(outcomes.filter(({ fault }) => fault)).toEqual([]);
    expect(outcomes.length).toBeGreaterThan(50);
  }, 120_000);
});
