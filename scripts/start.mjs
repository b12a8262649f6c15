// `npm start`: installs what is missing, builds the pages, then serves the site. Options go through to `broadsheet serve`.
import { join } from 'node:path';
import { runForeground } from './lib/foreground.mjs';
import { ensureBuilt, ensureInstalled, findNode, root, withNode } from './lib/toolchain.mjs';

ensureInstalled();
const node = findNode();
ensureBuilt(node);
const cli = join(root, 'apps', 'cli', 'main.ts');
/** Pages are short-lived garbage by the megabyte; a young generation of this size lets it die young (benchmarks/http). */
const limits = ['--max-semi-space-size=64'];
process.exit(await runForeground(node, [...limits, cli, 'serve', ...process.argv.slice(2)], { env: withNode(node) }));
