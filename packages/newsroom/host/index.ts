import { type Database, migrate, openDatabase } from '@broadsheet/database';
import { createLog, type Log } from './log.ts';
import type { Settings } from './settings.ts';

export { createLog, type Log, type LogFields } from './log.ts';
export { parseSettings, type Settings, SettingsError } from './settings.ts';

/** One opened site: what every part of the newsroom is given to work with. */
export interface Host {
  readonly settings: Settings;
  readonly database: Database;
  readonly log: Log;
  readonly now: () => number;
  close(): Promise<void>;
}

/** Opens and migrates the store of a site. */
export async function openHost(settings: Settings, { now = Date.now }: { now?: () => number } = {}): Promise<Host> {
  const log = createLog(settings.logLevel);
  const database = openDatabase({ url: settings.databaseUrl, dataDir: settings.dataDir });
  const applied = await migrate(database);
  if (applied.length > 0) log.info('store migrated', { applied, store: database.location });
  return { settings, database, log, now, close: () => database.close() };
}

let current: Host | undefined;

/** Makes a host the one that this process serves; pages and API find it by `currentHost`. */
export function serveHost(host: Host): void {
  current = host;
}

/** @throws when no site is open in this process. */
export function currentHost(): Host {
  if (!current) throw new Error('No site is open in this process; start it with `broadsheet serve`.');
  return current;
}
