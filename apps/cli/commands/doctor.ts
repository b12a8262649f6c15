import { accessSync, constants, statfsSync } from 'node:fs';
import { sourceStatus } from '@broadsheet/newsroom/sources';
import type { Command } from '../command.ts';

/** Below this much free space a backup or a day's batch may not fit. */
const LOW_SPACE_BYTES = 512 * 1024 * 1024;

export const command: Command = {
  name: 'doctor',
  summary: 'Looks at the site from outside: settings, store, space, sources.',
  usage: '',
  async run({ host, flags, stdout }) {
    const checks: { name: string; ok: boolean; said: string }[] = [];
    const { settings, database } = host;
    checks.push({ name: 'node', ok: Number(process.versions.node.split('.')[0]) >= 24, said: process.versions.node });
    const { papers } = await database.db
      .selectFrom('paper')
      .select((s) => s.fn.countAll<number>().as('papers'))
      .executeTakeFirstOrThrow();
    checks.push({ name: 'store', ok: true, said: `${database.name}, ${papers} papers, ${database.location}` });
    if (database.name === 'sqlite') {
      accessSync(settings.dataDir, constants.W_OK);
      const { bavail, bsize } = statfsSync(settings.dataDir);
      checks.push({
        name: 'space',
        ok: bavail * bsize > LOW_SPACE_BYTES,
        said: `${Math.round((bavail * bsize) / 1024 / 1024)} MB free in ${settings.dataDir}`,
      });
    }
    checks.push({
      name: 'address',
      ok: settings.baseUrl !== undefined,
      said: settings.baseUrl ?? 'BROADSHEET_BASE_URL is not set; links follow the address that a reader uses',
    });
    for (const source of await sourceStatus(host)) {
      checks.push({
        name: source.id,
        ok: !source.isFailing,
        said: source.isFailing ? (source.lastError ?? 'failing') : source.isOn ? 'fine' : 'switched off',
      });
    }
    for (const check of checks)
      stdout.write(
        flags.json ? `${JSON.stringify(check)}\n` : `${check.ok ? '✓' : '✕'} ${check.name.padEnd(12)} ${check.said}\n`,
      );
    return checks.every((check) => check.ok || check.name === 'address') ? 0 : 1;
  },
};
