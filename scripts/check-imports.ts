import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Fails on any import that goes the wrong way between rooms (design: which room may call which).
 * A room reaches another only by its package name, never by a relative path.
 */
const MAY_IMPORT: Record<string, string[]> = {
  'packages/engine': [],
  'packages/search-index': [],
  'packages/database': [],
  'packages/datasets': ['packages/engine'],
  'packages/encoder': ['packages/engine'],
  'packages/methods': ['packages/engine'],
  'packages/experiments': ['packages/methods', 'packages/datasets', 'packages/engine'],
  'packages/newsroom': [
    'packages/database',
    'packages/experiments',
    'packages/methods',
    'packages/datasets',
    'packages/encoder',
    'packages/search-index',
    'packages/engine',
  ],
  'apps/site/player': ['packages/experiments', 'packages/engine'],
  'apps/site/browser': ['packages/search-index'],
  'apps/site': ['packages/newsroom', 'apps/site/player'],
  'apps/cli': ['packages/newsroom', 'apps/site'],
};

/** Rooms that must run unchanged in a browser: nothing of Node in them, but in files named for it. */
const RUNS_IN_BROWSER = [
  'packages/engine',
  'packages/methods',
  'packages/datasets',
  'packages/experiments',
  'packages/encoder',
  'packages/search-index',
  'apps/site/player',
  'apps/site/browser',
];
const NODE_ONLY_FILE =
  /(\.test\.ts|(^|\/)(node|native|bin|testing)[^/]*\.ts|\/(node|testing|scripts)\/[^/]+\.ts|\.contract\.ts|-node\.ts)$/;

/** Exceptions, each with its reason. */
const ALSO_ALLOWED: { from: RegExp; to: string; why: string }[] = [
  { from: /\.test\.ts$|\/testing\/|\/e2e\//, to: 'packages/database', why: 'tests open stores of their own' },
  { from: /\.test\.ts$|\/e2e\//, to: 'packages/newsroom', why: 'tests of pages fill a site' },
  {
    from: /^apps\/cli\/commands\/(backup|restore|doctor)\.ts$/,
    to: 'packages/database',
    why: 'these commands are about the store itself',
  },
];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"\n;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\}\s*from\s*['"]([^'"]+)['"]/g;

const faults: string[] = [];
let files = 0;
for (const room of Object.keys(MAY_IMPORT)) {
  for (const file of sourcesBelow(join(root, room))) {
    const path = relative(root, file).split(sep).join('/');
    if (roomOf(path) !== room) continue;
    files += 1;
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) check(path, room, specifier);
  }
}
if (faults.length > 0) {
  process.stderr.write(
    `${faults.join('\n')}\n${faults.length} imports go the wrong way; the table is in scripts/check-imports.ts.\n`,
  );
  process.exit(1);
}
process.stdout.write(`${files} files in ${Object.keys(MAY_IMPORT).length} rooms: every import goes an allowed way.\n`);

function check(path: string, room: string, specifier: string): void {
  if (specifier.startsWith('node:')) {
    if (RUNS_IN_BROWSER.includes(room) && !NODE_ONLY_FILE.test(path)) {
      faults.push(
        `${path}: imports ${specifier}, but ${room} runs in browsers too; move it into a file named node-*.ts.`,
      );
    }
    return;
  }
  const target = targetRoom(path, specifier);
  if (!target || target === room || MAY_IMPORT[room].includes(target)) return;
  if (ALSO_ALLOWED.some((e) => e.from.test(path) && e.to === target)) return;
  faults.push(
    `${path}: imports ${specifier}, but ${room} may import only ${MAY_IMPORT[room].join(', ') || 'nothing of ours'}.`,
  );
}

function targetRoom(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('@broadsheet/')) {
    const name = specifier.split('/')[1];
    return name === 'site' || name === 'cli' ? `apps/${name}` : `packages/${name}`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = relative(root, resolve(root, dirname(path), specifier))
    .split(sep)
    .join('/');
  return roomOf(target);
}

/** The innermost room that holds a path. */
function roomOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((room) => path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function importsOf(source: string): string[] {
  return [...source.matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3] ?? m[4]).filter((s): s is string => Boolean(s));
}

function* sourcesBelow(folder: string): Generator<string> {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'build', '.svelte-kit'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesBelow(path);
    else if (/\.(ts|svelte)$/.test(entry.name)) yield path;
  }
}
