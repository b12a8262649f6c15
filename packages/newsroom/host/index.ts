import { type Database, followContentVersion, migrate, openDatabase } from '@broadsheet/database';
import { closeSiteJobs } from './jobs.ts';
import { createLog, type Log } from './log.ts';
import type { Settings } from './settings.ts';

export { explainStoreError } from '@broadsheet/database';
export { siteJobs } from './jobs.ts';
export { createLog, type Log, type LogFields } from './log.ts';
export { perVersion, shownVersion } from './per-version.ts';
export { readSecretFiles, secretsFolder, siteKey } from './secrets.ts';
export {
  type AccountSettings,
  type Mailbox,
  type MailSettings,
  type Provider,
  parseSettings,
  type Settings,
  SettingsError,
} from './settings.ts';
export { type StoreTrouble, storeTrouble } from './store-trouble.ts';

/** One opened site: what every part of the newsroom is given to work with. */
export interface Host {
  readonly settings: Settings;
  readonly database: Database;
  readonly log: Log;
  readonly now: () => number;
  /** Grows whenever something that pages show has changed, here or in another process. Cheap enough for each request. */
  contentVersion(): number;
  /** To be awaited by whoever has just changed something, so that the next page shows it. */
  contentChanged(): Promise<void>;
  close(): Promise<void>;
}

/** Opens and migrates the store of a site. */
export async function openHost(settings: Settings, { now = Date.now }: { now?: () => number } = {}): Promise<Host> {
  const log = createLog(settings.logLevel);
  const database = openDatabase({ url: settings.databaseUrl, dataDir: settings.dataDir });
  const applied = await migrate(database);
  if (applied.length > 0) log.info('store migrated', { applied, store: database.location });
  const version = await followContentVersion(database);
  const host: Host = {
    settings,
    database,
    log,
    now,
    contentVersion: () => version.current(),
    contentChanged: () => version.refresh(),
    close: async () => {
      version.stop();
      await closeSiteJobs(host);
      await database.close();
    },
  };
  return host;
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
