/// <reference lib="webworker" />
// Keeps the newest edition and what it needs, so that today's batch can be read without a network.
declare const self: ServiceWorkerGlobalScope;

const STORE = 'broadsheet-1';
/** Pages that a reader opened are kept for reading on; the oldest go first. */
const KEPT_PAGES = 60;
const KEPT = [
  '/',
  '/offline',
  '/theme.js',
  '/enhance.js',
  '/offline-search.js',
  '/icon.svg',
  '/fonts/newsreader.woff2',
  '/fonts/inter.woff2',
];

/** The newest edition's papers as data, which an offline search reads. */
const EDITION = '/index.json';

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(STORE)
      .then(async (store) => {
        await store.addAll(KEPT);
        await keepStyles(store, '/offline');
        await keepEdition(store);
      })
      .then(() => self.skipWaiting()),
  );
});

/** A page that nobody has opened yet has loaded no styles. */
async function keepStyles(store: Cache, path: string): Promise<void> {
  const html = (await (await store.match(path))?.text()) ?? '';
  const styles = [...html.matchAll(/href="([^"]+\.css)"/g)].map(
    ([, href]) => new URL(href, location.origin + path).href,
  );
  await Promise.all(styles.map((style) => store.add(style).catch(() => undefined)));
}

/** Without it nothing can be searched offline, and all else works. */
async function keepEdition(store: Cache): Promise<void> {
  await store.add(EDITION).catch(() => undefined);
}

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (
    request.method !== 'GET' ||
    url.origin !== self.location.origin ||
    /^\/(account|admin|api|library|notifications|healthz|metrics|sign-in)\b/.test(url.pathname)
  )
    return;
  const isPage = request.mode === 'navigate';
  const isAsset =
    url.pathname.startsWith('/_app/') ||
    KEPT.includes(url.pathname) ||
    url.pathname === EDITION ||
    url.pathname.endsWith('/card.svg');
  if (!isPage && !isAsset) return;
  const answered = answer(request, isPage);
  event.respondWith(answered);
  // The data follow the page that is kept.
  if (isPage && url.pathname === '/')
    event.waitUntil(answered.then(async ({ ok }) => ok && keepEdition(await caches.open(STORE))));
});

/** From the network, and kept; without a network what was kept, else a page that says so. */
async function answer(request: Request, isPage: boolean): Promise<Response> {
  const store = await caches.open(STORE);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !/no-store/.test(fresh.headers.get('cache-control') ?? '')) {
      await store.put(request, fresh.clone());
      if (isPage) await forgetOldest(store);
    }
    return fresh;
  } catch {
    const kept = await store.match(request);
    return kept ?? (isPage ? ((await store.match('/offline')) ?? Response.error()) : Response.error());
  }
}

/** A store lists what it holds in the order in which it was put in. Styles stay: there are few, and pages need them. */
async function forgetOldest(store: Cache): Promise<void> {
  const stays = ({ pathname }: URL) => [...KEPT, EDITION].includes(pathname) || pathname.endsWith('.css');
  const others = (await store.keys()).filter(({ url }) => !stays(new URL(url)));
  await Promise.all(others.slice(0, Math.max(0, others.length - KEPT_PAGES)).map((request) => store.delete(request)));
}
