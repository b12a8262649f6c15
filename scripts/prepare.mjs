// Builds the pages without starting anything; container images call it, so that a container starts at once.
import { ensureBuilt, findNode } from './lib/toolchain.mjs';

ensureBuilt(findNode());
