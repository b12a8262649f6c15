import type { Schema } from '@broadsheet/database';
import type { Kysely } from 'kysely';
import { notificationsOf } from './read.ts';
import { switchesOf } from './switches.ts';

export async function exportNotifications(db: Kysely<Schema>, readerId: number) {
  return {
    switches: (await switchesOf(db, [readerId]))(readerId),
    told: (await notificationsOf(db, readerId, { limit: 10_000 })).map(({ kind, at, by, comment, paper }) => ({
      ...{ kind, by, comment, paper: paper.key },
      at: new Date(at).toISOString(),
    })),
  };
}

export async function forgetNotifications(db: Kysely<Schema>, readerId: number): Promise<void> {
  await db.deleteFrom('notification').where('reader_id', '=', readerId).execute();
  await db.deleteFrom('notification_switch').where('reader_id', '=', readerId).execute();
}
