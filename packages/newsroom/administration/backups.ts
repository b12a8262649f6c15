import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { backup, transaction } from '@broadsheet/database';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

/** A backup in the data folder's `backups`. */
export interface BackupFile {
  name: string;
  sizeBytes: number;
  madeAt: number;
}

const NAME = /^\d{4}-\d{2}-\d{2}T\d{6}Z\.backup$/;

const underWay = new WeakMap<Host, { since: number; failed?: string }>();

function folderOf({ settings }: Host): string {
  return join(settings.dataDir, 'backups');
}

/** The backups that were made here, newest first, and how the one that is being made does. */
export async function listBackups(host: Host): Promise<{ files: BackupFile[]; since?: number; failed?: string }> {
  const names = await readdir(folderOf(host)).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => NAME.test(name))
      .sort()
      .reverse()
      .map(async (name) => {
        const { size, mtimeMs } = await stat(join(folderOf(host), name));
        return { name, sizeBytes: size, madeAt: Math.trunc(mtimeMs) };
      }),
  );
  const now = underWay.get(host);
  return { files, ...(now?.failed === undefined ? { since: now?.since } : { failed: now.failed }) };
}

/**
 * Begins a backup, which goes on while the site serves; the list shows it when it is whole.
 * @returns when it is done, for who wants to wait; undefined while another one is being made.
 */
export async function startBackup(host: Host, actorId: number): Promise<{ done: Promise<void> } | undefined> {
  const before = underWay.get(host);
  if (before && before.failed === undefined) return undefined;
  underWay.set(host, { since: host.now() });
  const name = `${new Date(host.now()).toISOString().slice(0, 19).replaceAll(':', '')}Z.backup`;
  await transaction(host.database, (db) =>
    audit(db, { actorId, action: 'backup.make', subject: `backup ${name}` }, host.now()),
  );
  const done = (async () => {
    try {
      await mkdir(folderOf(host), { recursive: true, mode: 0o700 });
      await backup(host.database, join(folderOf(host), name));
      underWay.delete(host);
    } catch (error) {
      host.log.error('a backup failed', { name, error });
      underWay.set(host, { since: host.now(), failed: error instanceof Error ? error.message : String(error) });
    }
  })();
  return { done };
}

/** @returns whether there was such a file. Only names that this module gives are looked for. */
export async function removeBackup(host: Host, actorId: number, name: string): Promise<boolean> {
  if (!NAME.test(name)) return false;
  const isThere = await rm(join(folderOf(host), name)).then(
    () => true,
    () => false,
  );
  if (isThere)
    await transaction(host.database, (db) =>
      audit(db, { actorId, action: 'backup.remove', subject: `backup ${name}` }, host.now()),
    );
  return isThere;
}
