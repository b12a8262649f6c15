import type { Database } from '@broadsheet/database';
import { followContentVersion } from '@broadsheet/database';
import type { Host } from '../host/index.ts';
import { parseSettings } from '../host/index.ts';
import { closeSiteJobs } from '../host/jobs.ts';
import { createLog } from '../host/log.ts';

/** A site on a given store, with a clock that tests set. */
export async function hostOn(
  database: Database,
  {
    at = Date.parse('2026-01-15T15:00:00Z'),
    env = {},
    dataDir = '/nowhere',
  }: { at?: number; env?: Record<string, string>; dataDir?: string } = {},
) {
  const version = await followContentVersion(database);
  let now = at;
  const host: Host & { setNow(at: number): void } = {
    settings: parseSettings(
      {
        BROADSHEET_LOG_LEVEL: 'silent',
        BROADSHEET_ENCODER: 'off',
        BROADSHEET_SECRET: 'only for tests, not secret',
        ...env,
      },
      { dataDir },
    ),
    database,
    log: createLog('silent'),
    now: () => now,
    contentVersion: () => version.current(),
    contentChanged: () => version.refresh(),
    close: async () => {
      version.stop();
      await closeSiteJobs(host);
    },
    setNow: (next) => {
      now = next;
    },
  };
  return host;
}
