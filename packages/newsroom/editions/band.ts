import { bumpSequence, transaction } from '@broadsheet/database';
import { audit } from '../audit/index.ts';
import type { Host } from '../host/index.ts';

const KEY = 'edition-zero-folded';

/** Whether the administrator has folded away the band that leads to edition zero. */
export async function isEditionZeroFolded(host: Host): Promise<boolean> {
  const row = await host.database.db
    .selectFrom('setting')
    .select('value_json')
    .where('key', '=', KEY)
    .executeTakeFirst();
  return row?.value_json === 'true';
}

export async function foldEditionZero(host: Host, actorId: number, folded: boolean): Promise<void> {
  const value_json = JSON.stringify(folded);
  await transaction(host.database, async (db) => {
    await db
      .insertInto('setting')
      .values({ key: KEY, value_json })
      .onConflict((c) => c.column('key').doUpdateSet({ value_json }))
      .execute();
    await audit(db, { actorId, action: 'edition-zero.fold', subject: 'site', detail: { folded } }, host.now());
    await bumpSequence(db, 'change');
  });
  await host.contentChanged();
}
