// What `npm start` and `npm test` need before anything of ours can run: the installed packages and the pinned Node.
// Plain JavaScript without dependencies, because it runs on whatever Node (20 or newer) the machine has.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const NODE_NEEDED = 24;
const INSTALL_MARK = join(root, 'node_modules', '.broadsheet-install.json');
const STATIC = join(root, 'apps', 'site', 'static');
const SITE_BUILD = join(root, 'apps', 'site', 'build');
/** Written by the build among the packages, whose next installation takes it away; the tests of the site need it. */
const BUILT_TYPES = join(root, 'apps', 'site', 'node_modules', '$app');

/** Ends the program with one line that says what to do. */
export function fail(message) {
  process.stderr.write(`broadsheet: ${message}\n`);
  process.exit(1);
}

/**
 * Installs what package-lock.json says, unless that is done already.
 * @param {{ forTests?: boolean }} options `forTests` adds what only tests need; a plain start leaves it out.
 */
export function ensureInstalled({ forTests = false } = {}) {
  const lockHash = sha256(readFileSync(join(root, 'package-lock.json')));
  const mark = existsSync(INSTALL_MARK) ? JSON.parse(readFileSync(INSTALL_MARK, 'utf8')) : {};
  if (mark.lockHash === lockHash && (mark.forTests || !forTests)) return;
  say(`installing ${forTests ? 'packages and what the tests need' : 'packages'} (once) …`);
  const flags = [
    'ci',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--loglevel=error',
    ...(forTests || mark.forTests ? [] : ['--omit=dev']),
  ];
  // On Windows npm is a script that only a shell can start.
  const npm = spawnSync('npm', flags, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (npm.error) fail(`npm could not be started (${npm.error.message}). Install npm, then run the command again.`);
  if (npm.status !== 0)
    fail('npm could not install the packages; its own message is above. Is the package registry reachable?');
  writeFileSync(INSTALL_MARK, JSON.stringify({ lockHash, forTests: forTests || Boolean(mark.forTests) }));
}

/** The path of a Node that is new enough: this one, or the one that came with the packages. */
export function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_NEEDED) return process.execPath;
  const windows = process.platform === 'win32';
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const bundled = join(root, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node');
  if (existsSync(bundled)) return bundled;
  return fail(
    `needs Node ${NODE_NEEDED} or newer; this is ${process.versions.node}, and the package "${name}" that brings it is not installed. ` +
      `Install Node ${NODE_NEEDED} from nodejs.org, or run "npm ci --include=optional".`,
  );
}

/**
 * Installs ONNX Runtime into `native/` and waits for it, unless BROADSHEET_RUNTIMES=off. `npm start` does not call this:
 * there the site serves first and fetches the runtimes afterwards.
 */
export function ensureRuntimes(node) {
  if (process.env.BROADSHEET_RUNTIMES === 'off') return;
  const script = join(root, 'packages', 'engine', 'node', 'install.ts');
  const result = spawnSync(node, [script], { cwd: root, stdio: 'inherit', env: withNode(node) });
  if (result.status !== 0)
    fail(
      'the training runtimes are missing, the message above says why. BROADSHEET_RUNTIMES=off goes on without them.',
    );
}

/** Builds the pages when their sources changed since the last build. */
export function ensureBuilt(node) {
  const hash = sourceHash();
  const mark = join(SITE_BUILD, '.source-hash');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash && existsSync(BUILT_TYPES)) return;
  say('building the pages (once) …');
  rmSync(mark, { force: true });
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'apps', 'site'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withNode(node),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (built.status !== 0) {
    process.stderr.write(`${built.stdout}${built.stderr}`);
    fail('the pages could not be built; the messages above say where.');
  }
  mkdirSync(SITE_BUILD, { recursive: true });
  writeFileSync(mark, hash);
}

/** The environment in which child processes find the pinned Node first, and start quicker from the second time on. */
export function withNode(node) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compile'),
    ...process.env,
    PATH: `${dirname(node)}${separator}${process.env.PATH ?? ''}`,
  };
}

/** Everything that ends up in the built pages: the site, and the rooms that run in a browser. */
const BUILT_FROM = [
  'apps/site',
  'packages/engine',
  'packages/methods',
  'packages/datasets',
  'packages/experiments',
  'packages/search-index',
  'packages/encoder',
];

/** Changes with every file that the pages are built from, and with none that the build writes. */
export function sourceHash() {
  const hash = createHash('sha256');
  for (const folder of BUILT_FROM) {
    for (const file of filesBelow(join(root, folder))) {
      hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function* filesBelow(folder) {
  const skipped = new Set(['node_modules', 'build', '.svelte-kit', 'e2e']);
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (skipped.has(entry.name) || entry.name.endsWith('.test.ts')) continue;
    const path = join(folder, entry.name);
    // Bundled there by the build itself: counted, they would make every first start be followed by a second build.
    if (folder === STATIC && entry.name.endsWith('.js')) continue;
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function say(message) {
  process.stderr.write(`broadsheet: ${message}\n`);
}
