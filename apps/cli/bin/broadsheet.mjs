#!/usr/bin/env node
// The `broadsheet` command. Runs under whatever Node started it and re-runs itself under the pinned one where that is too old.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runForeground } from '../../../scripts/lib/foreground.mjs';
import { findNode, withNode } from '../../../scripts/lib/toolchain.mjs';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'main.ts');
const node = findNode();
if (node === process.execPath) await import(main);
else process.exit(await runForeground(node, [main, ...process.argv.slice(2)], { env: withNode(node) }));
