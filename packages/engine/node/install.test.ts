import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { installRuntimes, runtimesState } from './install.ts';
import { INSTALL_MARK, lockHash } from './native-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-native-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function nativeFolder(packages: Record<string, unknown>) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"broadsheet-native","version":"0.1.0"}');
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
}

describe('installing the training runtimes', () => {
  test('one that is whole and of this lock file is left as it is', async () => {
    nativeFolder({});
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules', INSTALL_MARK), JSON.stringify({ lockHash: lockHash(folder) }));
    expect(await installRuntimes({ folder })).toEqual({ state: 'ready' });
    nativeFolder({ other: {} });
    expect(runtimesState(folder).state).not.toBe('ready');
  });

  test('while another process is at it, nothing is done', async () => {
    nativeFolder({});
    writeFileSync(join(folder, '.installing'), String(process.pid));
    expect(await installRuntimes({ folder })).toEqual({ state: 'installing' });
  });

  test("a process that died leaves its place to the next, and npm's failure is told", async () => {
    const dependencies = { gone: 'file:gone.tgz' };
    nativeFolder({ '': { dependencies }, 'node_modules/gone': { version: '1.0.0', resolved: 'file:gone.tgz' } });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'broadsheet-native', dependencies }));
    writeFileSync(join(folder, '.installing'), '999999999');
    expect(await installRuntimes({ folder })).toMatchObject({ state: 'failed', why: expect.stringContaining('npm') });
    expect(runtimesState(folder)).toMatchObject({ state: 'failed' });
  });
});
