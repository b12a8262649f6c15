import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './settings.ts';

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
