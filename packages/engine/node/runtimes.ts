import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runtimeMissing, useRuntime } from '../runtimes.ts';
import { findNativeFolder, isInstalled } from './native-folder.ts';

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
  else if (!isInstalled(folder)) why = `${library} is not installed yet`;
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

export { installRuntimes, type RuntimesState, runtimesState } from './install.ts';
export { findNativeFolder } from './native-folder.ts';
