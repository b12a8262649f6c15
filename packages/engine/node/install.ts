import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { findNativeFolder, INSTALL_MARK, isInstalled, lockHash } from './native-folder.ts';

/** `absent` is also what a folder without npm's packages is before anybody asked for them. */
export type RuntimesState = { state: 'off' | 'absent' | 'installing' | 'ready' } | { state: 'failed'; why: string };

export interface InstallOptions {
  folder?: string;
  /** Ends an install that is under way. */
  signal?: AbortSignal;
}

let current: Promise<RuntimesState> | undefined;
let failure: string | undefined;

/** What is in place, without starting anything. */
export function runtimesState(folder: string | undefined = findNativeFolder()): RuntimesState {
  if (current) return { state: 'installing' };
  if (folder && isInstalled(folder)) return { state: 'ready' };
  return failure === undefined ? { state: 'absent' } : { state: 'failed', why: failure };
}

/**
 * Installs the runtimes as `native/package-lock.json` says, unless they are there, and deletes what this machine cannot
 * use: 430 MB become about 90. Runs once, whoever asks; another process at it is left alone.
 */
export function installRuntimes({ folder = findNativeFolder(), signal }: InstallOptions = {}): Promise<RuntimesState> {
  current ??= install(folder, signal).finally(() => {
    current = undefined;
  });
  return current;
}

async function install(folder: string | undefined, signal?: AbortSignal): Promise<RuntimesState> {
  if (!folder) return failed('the folder "native" is not part of this installation');
  if (isInstalled(folder)) return { state: 'ready' };
  const lock = join(folder, '.installing');
  try {
    if (!takeLock(lock)) return { state: 'installing' };
  } catch (cause) {
    return failed(`${folder} cannot be written: ${(cause as Error).message}`);
  }
  try {
    await runNpm(folder, signal);
    trim(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules', INSTALL_MARK), JSON.stringify({ lockHash: lockHash(folder) }));
    failure = undefined;
    return { state: 'ready' };
  } catch (cause) {
    return failed((cause as Error).message);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Leaves our process id in the file, unless a process that still runs has left its own. */
function takeLock(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  if (isRunning(Number(readFileSync(file, 'utf8')))) return false;
  writeFileSync(file, String(process.pid));
  return true;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'; // it runs, but is not ours to ask
  }
}

function failed(why: string): RuntimesState {
  failure = why;
  return { state: 'failed', why };
}

function runNpm(folder: string, signal?: AbortSignal): Promise<void> {
  const flags = ['ci', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', flags, {
    cwd: folder,
    signal,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32', // npm is a script there, which only a shell can start
    // The processor's library is in the package; only the variants for graphics cards would be fetched.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ONNXRUNTIME_NODE_INSTALL_CUDA: 'skip' },
  });
  let said = '';
  npm.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    npm.on('error', (cause) => {
      const happened = signal?.aborted ? 'the install was stopped' : `npm could not be started: ${cause.message}`;
      reject(new Error(happened, { cause }));
    });
    npm.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ended with ${code}: ${said.trim().split('\n')[0] || 'it said nothing'}`));
    });
  });
}

/** onnxruntime-web's files that are used: its loaders for Node, for plain WebAssembly and for WebGPU. */
const WEB_FILES = new Set([
  'ort.node.min.js',
  'ort.node.min.mjs',
  'ort.wasm.min.mjs',
  'ort.webgpu.min.mjs',
  'ort-wasm-simd-threaded.mjs',
  'ort-wasm-simd-threaded.wasm',
  'ort-wasm-simd-threaded.asyncify.mjs',
  'ort-wasm-simd-threaded.asyncify.wasm',
]);

function trim(modules: string): void {
  keepOnly(join(modules, 'onnxruntime-web', 'dist'), (name) => WEB_FILES.has(name));
  keepOnly(
    join(modules, 'onnxruntime-web'),
    (name) => name === 'dist' || name === 'package.json' || name === 'LICENSE',
  );
  const binaries = join(modules, 'onnxruntime-node', 'bin', 'napi-v6');
  keepOnly(binaries, (name) => name === process.platform);
  keepOnly(join(binaries, process.platform), (name) => name === process.arch);
}

function keepOnly(folder: string, isKept: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (!isKept(name)) rmSync(folder + sep + name, { recursive: true });
}

// As a program: scripts/test.mjs and scripts/prepare.mjs wait for it.
if (import.meta.main) {
  const result = await installRuntimes();
  if (result.state === 'failed') {
    process.stderr.write(`broadsheet: the training runtimes could not be installed: ${result.why}\n`);
    process.exitCode = 1;
  }
}
