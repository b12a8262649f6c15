import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Plugin } from 'vite';

const here = fileURLToPath(new URL('..', import.meta.url));

/**
 * The scripts that reading pages load by themselves, each bundled to one file in static/: no framework is in them.
 * `theme` runs before the first paint, `enhance` after the page is there, `passkeys` where one signs in, `service-worker` keeps the day's batch.
 */
const SCRIPTS = ['theme', 'enhance', 'passkeys', 'service-worker'];

export function browserScripts(): Plugin {
  return {
    name: 'broadsheet-browser-scripts',
    // Static files are copied while the client is built; the scripts must be there before.
    async configResolved() {
      for (const name of SCRIPTS) {
        const bundle = await rolldown({ input: `${here}browser/${name}.ts`, platform: 'browser', tsconfig: false });
        await bundle.write({ file: `${here}static/${name}.js`, format: 'iife', minify: true });
        await bundle.close();
      }
    },
  };
}
