import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseSettings, readSecretFiles, secretsFolder, siteKey } from './index.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'broadsheet-secrets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const modeOf = (file: string) => statSync(file).mode & 0o777;

test('a secret that lies in a file of its own is read, and refused where others could read it', () => {
  const file = join(secretsFolder(dataDir), 'BROADSHEET_SMTP_URL');
  writeFileSync(file, 'smtp://user:password@mail.example.org:587\n', { mode: 0o600 });
  expect(readSecretFiles(dataDir, {})).toEqual({ BROADSHEET_SMTP_URL: 'smtp://user:password@mail.example.org:587' });
  chmodSync(file, 0o640);
  expect(() => readSecretFiles(dataDir, {})).toThrow(`chmod 600 ${file}`);
});

test('settings with a secret in them need a file that its owner alone may read; without one they do not', () => {
  const file = join(dataDir, 'settings.env');
  writeFileSync(file, 'PORT=1\n', { mode: 0o644 });
  expect(readSecretFiles(dataDir, { PORT: '1' })).toEqual({});
  expect(() => readSecretFiles(dataDir, { BROADSHEET_SECRET: 'x' })).toThrow(/holds BROADSHEET_SECRET; run: chmod 600/);
  chmodSync(file, 0o600);
  expect(readSecretFiles(dataDir, { BROADSHEET_SECRET: 'x' })).toEqual({});
});

test('the site’s own key is made once, in a folder and a file that are its owner’s alone, and differs by purpose', () => {
  const settings = parseSettings({}, { dataDir });
  const key = siteKey(settings, 'one purpose');
  expect(siteKey(parseSettings({}, { dataDir }), 'one purpose')).toEqual(key);
  expect(siteKey(settings, 'another')).not.toEqual(key);
  expect([modeOf(join(dataDir, 'secrets')), modeOf(join(dataDir, 'secrets', 'site'))]).toEqual([0o700, 0o600]);
});
