import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runtimeMissing, useRuntime } from '../runtimes.ts';

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

/**
 * Loads onnxruntime-node and gives it to the engine. Safe to call again: a runtime installed in the meantime is found.
 * @returns why it cannot be had, or undefined where it was loaded
 */
export function loadNativeRuntime(folder: string | undefined = findNativeFolder()): string | undefined {
  return load('native', 'onnxruntime-node', folder);
}

/**
 * Loads onnxruntime-web, as a browser would, and gives it to the engine. Only for processes that never run the reference
 * executor: its WebAssembly memory keeps jax-js's own kernels from linking (decision 0402).
 */
export function loadWasmRuntime(folder: string | undefined = findNativeFolder()): string | undefined {
  return load('wasm', 'onnxruntime-web', folder);
}

function load(name: 'native' | 'wasm', library: string, folder: string | undefined): string | undefined {
  let why: string;
  if (!folder) why = `there is no folder "native" that holds ${library}`;
  else if (!existsSync(join(folder, 'node_modules', library))) why = `${library} is not installed in ${folder} yet`;
  else {
    try {
      useRuntime(name, createRequire(join(folder, 'package.json'))(library));
      return undefined;
    } catch (cause) {
      why = `${library} does not load on this machine: ${(cause as Error).message}`;
    }
  }
  runtimeMissing(name, why);
  return why;
}
