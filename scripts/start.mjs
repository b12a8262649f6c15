// `npm start`: installs what is missing, builds the pages, then serves the site. Options go through to `broadsheet serve`.
import { join } from 'node:path';
import { runForeground } from './lib/foreground.mjs';
import { ensureBuilt, ensureInstalled, findNode, root, withNode } from './lib/toolchain.mjs';

ensureInstalled();
const node = findNode();
ensureBuilt(node);
const cli = join(root, 'apps', 'cli', 'main.ts');
process.exit(await runForeground(node, [cli, 'serve', ...process.argv.slice(2)], { env: withNode(node) }));
