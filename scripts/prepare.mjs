// Builds the pages and installs the training runtimes without starting anything; container images call it, so that a
// container starts at once and never writes into its own program.
import { ensureBuilt, ensureRuntimes, findNode } from './lib/toolchain.mjs';

const node = findNode();
ensureRuntimes(node);
ensureBuilt(node);
