import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { parseSettings, readSecretFiles, type Settings } from '@broadsheet/newsroom/host';

/**
 * Settings of this call: the data folder's `settings.env`, over it its files in `secrets`, the environment, the command line.
 * npm runs scripts in the project's folder; a relative --data is meant from where the person stands.
 */
export function readSettings(flags: Record<string, string | boolean | undefined>): Settings {
  const from = process.env.INIT_CWD ?? process.cwd();
  const dataDir = resolve(from, String(flags.data ?? process.env.BROADSHEET_DATA ?? 'site-data'));
  const file = join(dataDir, 'settings.env');
  const saved = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const given: Record<string, string | undefined> = { ...saved, ...readSecretFiles(dataDir, saved), ...process.env };
  if (typeof flags.port === 'string') given.PORT = flags.port;
  if (typeof flags.host === 'string') given.HOST = flags.host;
  return parseSettings(given, { dataDir });
}
