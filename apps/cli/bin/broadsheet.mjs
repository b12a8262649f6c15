#!/usr/bin/env node
// The `broadsheet` command. Runs under whatever Node started it, and re-runs itself under the pinned one where that is
// too old, or with memory limits where a command wants them.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runForeground } from '../../../scripts/lib/foreground.mjs';
import { findNode, withNode } from '../../../scripts/lib/toolchain.mjs';

/**
 * A site makes pages that are short-lived garbage by the megabyte: a large young generation lets it die young.
 * An import makes much short-lived garbage and holds little. Left alone, V8 lets it lie and takes 450 MiB; told to
 * collect sooner it stays below 300 and is no slower (benchmarks/import).
 */
const LIMITS = { serve: ['--max-semi-space-size=64'], import: ['--max-old-space-size=150', '--max-semi-space-size=8'] };

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'main.ts');
const node = findNode();
const limits = LIMITS[process.argv[2]] ?? [];
if (node === process.execPath && limits.length === 0) await import(main);
else process.exit(await runForeground(node, [...limits, main, ...process.argv.slice(2)], { env: withNode(node) }));
