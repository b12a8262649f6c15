import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The package that holds the runtimes, outside the workspaces because it is larger than all the rest. */
const PACKAGE = 'broadsheet-native';

/** The folder `native/` of the project: the nearest one above this file or the working directory. */
export function findNativeFolder(from: readonly string[] = [import.meta.dirname, process.cwd()]): string | undefined {
  for (const start of from) {
    for (let folder = start; ; folder = dirname(folder)) {
      const manifest = join(folder, 'native', 'package.json');
      if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === PACKAGE)
        return join(folder, 'native');
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

/** Written when an install is whole. */
export const INSTALL_MARK = '.broadsheet-install.json';

/** Whether the packages are those of the lock file, whole and trimmed. */
export function isInstalled(folder: string): boolean {
  const mark = join(folder, 'node_modules', INSTALL_MARK);
  if (!existsSync(mark)) return false;
  return JSON.parse(readFileSync(mark, 'utf8')).lockHash === lockHash(folder);
}

export function lockHash(folder: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
}
