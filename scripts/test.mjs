// `npm test`: everything that must hold, from a fresh clone: style, directions of imports, types, behaviour, browser.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runForeground } from './lib/foreground.mjs';
import { ensureBuilt, ensureInstalled, ensureRuntimes, findNode, root, withNode } from './lib/toolchain.mjs';

ensureInstalled({ forTests: true });
const node = findNode();
ensureRuntimes(node);
ensureBuilt(node);
const env = withNode(node);
const bin = (...path) => join(root, 'node_modules', ...path);

const steps = [
  ['style', bin('@biomejs', 'biome', 'bin', 'biome'), ['check', '--error-on-warnings', '.']],
  ['imports', join(root, 'scripts', 'check-imports.ts'), []],
  ['types', bin('typescript', 'bin', 'tsc'), ['-p', 'tsconfig.json']],
  [
    'page types',
    bin('svelte-check', 'bin', 'svelte-check'),
    ['--workspace', 'apps/site', '--tsconfig', './tsconfig.json', '--threshold', 'warning', '--output', 'human'],
  ],
  ['tests', bin('vitest', 'vitest.mjs'), ['run', ...process.argv.slice(2)]],
];

let failures = 0;
for (const [name, script, args] of steps) {
  if (!existsSync(script))
    throw new Error(`scripts/test.mjs: step "${name}" needs ${script}, which is missing; run npm ci.`);
  const startedAt = Date.now();
  process.stdout.write(`\n— ${name}\n`);
  const code = await runForeground(node, [script, ...args], { cwd: root, env });
  process.stdout.write(
    `— ${name}: ${code === 0 ? 'ok' : `failed (exit ${code})`} in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`,
  );
  if (code !== 0) failures += 1;
}
process.exit(failures === 0 ? 0 : 1);
