import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSecret, type Settings, SettingsError } from './settings.ts';

const kept = new Map<string, Buffer>();

/**
 * A key of this site for one purpose, e.g. 'mail links': derived from BROADSHEET_SECRET, or from `secrets/site` in the
 * data folder, which is made at the first need and readable by its owner alone. Several machines on one store must be
 * given the same BROADSHEET_SECRET, or the links that one makes are unknown to the other.
 */
export function siteKey(settings: Settings, purpose: string): Buffer {
  const name = `${settings.secret ?? settings.dataDir}\n${purpose}`;
  const known = kept.get(name);
  if (known) return known;
  const key = createHmac('sha256', settings.secret ?? secretFile(settings.dataDir))
    .update(purpose)
    .digest();
  kept.set(name, key);
  return key;
}

/** Where the secrets of a site lie, made when it is missing; only their owner may look in. */
export function secretsFolder(dataDir: string): string {
  const folder = join(dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/**
 * Settings that lie in files of their own: `secrets/NAME` in the data folder holds the value of the setting NAME, as
 * container platforms hand secrets over.
 * @throws {SettingsError} when others than its owner may read such a file, or a `settings.env` with secrets in it.
 */
export function readSecretFiles(dataDir: string, saved: Record<string, string | undefined>): Record<string, string> {
  const inSettings = Object.keys(saved).filter(isSecret);
  if (inSettings.length > 0) refuseIfOpen(join(dataDir, 'settings.env'), `it holds ${inSettings.join(', ')}`);
  const folder = join(dataDir, 'secrets');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^[A-Z][A-Z0-9_]+$/.test(name)) : [];
  return Object.fromEntries(
    names.map((name) => {
      refuseIfOpen(join(folder, name), 'it holds a secret');
      return [name, readFileSync(join(folder, name), 'utf8').trim()];
    }),
  );
}

function refuseIfOpen(file: string, why: string): void {
  // Windows has no such bits; who may read is inherited from the folder there.
  if (process.platform === 'win32' || (statSync(file).mode & 0o077) === 0) return;
  throw new SettingsError(`${file} can be read by others on this machine, and ${why}; run: chmod 600 ${file}`);
}

function secretFile(dataDir: string): string {
  const file = join(secretsFolder(dataDir), 'site');
  try {
    // Fails where it exists: of two processes that start at once, both use what the first wrote.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}
