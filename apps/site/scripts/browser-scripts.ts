import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';

const here = fileURLToPath(new URL('..', import.meta.url));

/**
 * The scripts that reading pages load by themselves, each bundled to one file in static/: no framework is in them.
 * `theme` runs before the first paint, `enhance` after the page is there, `passkeys` where one signs in, `service-worker` keeps the day's batch.
 */
const SCRIPTS = ['theme', 'enhance', 'passkeys', 'service-worker'];
/** Those that others import when they are needed. */
const MODULES = ['offline-search'];

export function browserScripts(): Plugin {
  return {
    name: 'broadsheet-browser-scripts',
    // Static files are copied while the client is built; the scripts must be there before.
    async configResolved() {
      for (const name of [...SCRIPTS, ...MODULES]) {
        const input = `${here}browser/${name}.ts`;
        const external = [/^\/player\//, ...MODULES.map((module) => `/${module}.js`)];
        const bundle = await rolldown({ input, platform: 'browser', tsconfig: false, external });
        const format = MODULES.includes(name) ? 'esm' : 'iife';
        await bundle.write({ file: `${here}static/${name}.js`, format, minify: true });
        await bundle.close();
      }
      await bundlePlayer();
    },
  };
}

/**
 * The lab's player: what runs in the page and what runs in its worker, with each experiment in a piece of its own that is
 * fetched when it is run. Pieces carry their hash in their name, so that a mixture of two builds cannot run.
 */
async function bundlePlayer(): Promise<void> {
  rmSync(`${here}static/player`, { recursive: true, force: true });
  const input = { lab: `${here}player/lab.ts`, worker: `${here}player/worker.ts`, lane: `${here}player/lane.ts` };
  const bundle = await rolldown({ input, platform: 'browser', tsconfig: false });
  const names = { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
  await bundle.write({ dir: `${here}static/player`, format: 'esm', minify: true, ...names });
  await bundle.close();
}
