import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { browserScripts } from './scripts/browser-scripts.ts';

export default defineConfig({
  plugins: [
    sharedRooms(),
    browserScripts(),
    sveltekit({
      adapter: adapter(),
      // Without JavaScript a page is its HTML; the few that hydrate say so themselves.
      csrf: { trustedOrigins: [] },
    }),
  ],
});

/**
 * Leaves our own packages out of the server's bundle: pages then use the very modules that the server itself has loaded,
 * and with them its open store, instead of copies of their own.
 */
function sharedRooms(): Plugin {
  return {
    name: 'broadsheet-shared-rooms',
    enforce: 'pre',
    resolveId(id) {
      const isOnServer = this.environment.name === 'ssr';
      return isOnServer && id.startsWith('@broadsheet/') ? { id, external: true } : undefined;
    },
  };
}
